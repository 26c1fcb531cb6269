using CsCheck;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace KmsGateway.Evidence.Tests.Properties;

/// <summary>Requests whose spans, ordinary ones between compliance spans, have a canonical form, with whatever else OTLP allows.</summary>
internal static class RequestGenerator
{
    private const int MaxNesting = 3;

    // Google's parsers and System.Text.Json have limits of their own; how deep the format goes is in the vectors.
    private const int DeepNesting = 10;

    private const string OwnKey = "compliance.id";

    private static readonly string[] Reserved =
    [
        "audit.integrity.canonicalization", "audit.integrity.algorithm", "audit.integrity.key_id", "audit.integrity.signer",
        "audit.integrity.statement", "audit.integrity.value", "audit.integrity.proof", "audit.integrity.error",
    ];

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Char[' ', '\u007f'].Select(character => character.ToString()),
        Gen.Char['\0', '\u001f'].Select(character => character.ToString()),
        Gen.Char['\u0080', '\uD7FF'].Select(character => character.ToString()),
        Gen.Char['\uE000', '\uFFFF'].Select(character => character.ToString()),
        Gen.Int[0x10000, 0x10FFFF].Select(char.ConvertFromUtf32)).Array[0, 8].Select(string.Concat);

    private static readonly Gen<string> Key = Gen.OneOf(
        Text, Among("a", "b", "stringValue", "intValue", "key", "compliance.x", "audit.integrity.value.0", "service.name", "1", "10", "9"));

    private static readonly Gen<double> Number = Gen.OneOf(
        Gen.Double, Among(0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, 1e21, 1e-7, 5.0));

    private static readonly Gen<long> Integer = Gen.OneOf(Gen.Long, Among(0L, -1L, long.MinValue, long.MaxValue, 9_007_199_254_740_993L));

    private static readonly Gen<AnyValue> Scalar = Gen.OneOf(
        Text.Select(text => new AnyValue { StringValue = text }),
        Integer.Select(number => new AnyValue { IntValue = number }),
        Number.Select(number => new AnyValue { DoubleValue = number }),
        Gen.Bool.Select(flag => new AnyValue { BoolValue = flag }),
        Gen.Byte.Array[0, 5].Select(bytes => new AnyValue { BytesValue = ByteString.CopyFrom(bytes) }),
        Gen.Const(() => new AnyValue()));

    private static readonly Gen<AnyValue> Deep = Gen.Select(Scalar, Gen.Int[MaxNesting, DeepNesting], (scalar, depth) =>
        Enumerable.Range(0, depth).Aggregate(scalar, (value, level) => level % 2 == 0
            ? new AnyValue { ArrayValue = new ArrayValue { Values = { value } } }
            : new AnyValue { KvlistValue = new KeyValueList { Values = { new KeyValue { Key = "k", Value = value } } } }));

    private static readonly Gen<List<KeyValue>> Attributes = Unique(Key, Gen.OneOf(Value(MaxNesting), Deep), max: 5);

    private static readonly Gen<Span.Types.Event> Event = Gen.Select(Text, Gen.ULong, Attributes, (name, time, attributes) =>
        new Span.Types.Event { Name = name, TimeUnixNano = time, Attributes = { attributes }, DroppedAttributesCount = 1 });

    private static readonly Gen<Span.Types.Link> Link = Gen.Select(OptionalId(16), OptionalId(8), Attributes, Gen.UInt, (traceId, spanId, attributes, flags) =>
        new Span.Types.Link { TraceId = traceId, SpanId = spanId, Attributes = { attributes }, Flags = flags, TraceState = "vendor=1" });

    private static readonly Gen<Status?> SpanStatus = Gen.Select(Gen.Bool, Text, Gen.Int[0, 2], (isPresent, message, code) =>
        isPresent ? new Status { Message = message, Code = (Status.Types.StatusCode)code } : null);

    private static readonly Gen<InstrumentationScope?> Scope = Gen.Select(Gen.Bool, Text, Text, Attributes, (isPresent, name, version, attributes) => isPresent
        ? new InstrumentationScope { Name = name, Version = version, Attributes = { attributes }, DroppedAttributesCount = 2 }
        : null);

    private static readonly Gen<Resource?> OneResource = Gen.Select(Gen.Bool, Attributes, (isPresent, attributes) => isPresent
        ? new Resource { Attributes = { attributes }, EntityRefs = { new EntityRef { Type = "service", IdKeys = { "service.name" } } } }
        : null);

    /// <summary>One or two resources with one or two scopes each.</summary>
    public static Gen<ExportTraceServiceRequest> Request { get; } = Requests(OneSpan(Gen.Bool).List[1, 3], maxParts: 2);

    /// <summary>One compliance span.</summary>
    public static Gen<ExportTraceServiceRequest> RequestOfOneSpan { get; } = Requests(OneSpan(Gen.Const(true)).List[1, 1], maxParts: 1);

    private static Gen<ExportTraceServiceRequest> Requests(Gen<List<Span>> spans, int maxParts)
    {
        var scopes = Gen.Select(Scope, Text, spans, (scope, schema, members) => new ScopeSpans { Scope = scope, SchemaUrl = schema, Spans = { members } });
        return Gen.Select(OneResource, scopes.List[1, maxParts], (resource, members) => new ResourceSpans { Resource = resource, ScopeSpans = { members } })
            .List[1, maxParts]
            .Select(resources => new ExportTraceServiceRequest { ResourceSpans = { resources } });
    }

    private static Gen<Span> OneSpan(Gen<bool> isCompliance) => Gen.Select(
        Gen.Select(Id(16), Id(8), OptionalId(8), Text),
        Gen.Select(Gen.OneOf(Gen.Int[0, 5], Gen.Const(int.MaxValue)), Gen.ULong, Gen.ULong, Gen.UInt),
        Gen.Select(SpanAttributes(isCompliance), Event.List[0, 2], Link.List[0, 2], SpanStatus),
        (ids, numbers, lists) => new Span
        {
            TraceId = ids.Item1,
            SpanId = ids.Item2,
            ParentSpanId = ids.Item3,
            Name = ids.Item4,
            TraceState = ids.Item4,
            Kind = (Span.Types.SpanKind)numbers.Item1,
            StartTimeUnixNano = numbers.Item2,
            EndTimeUnixNano = numbers.Item3,
            Flags = numbers.Item4,
            DroppedEventsCount = numbers.Item4 % 3,
            Attributes = { lists.Item1 },
            Events = { lists.Item2 },
            Links = { lists.Item3 },
            Status = lists.Item4,
        });

    // What the client calls by a reserved name is renamed; a name that then stands twice would leave nothing to sign.
    private static Gen<List<KeyValue>> SpanAttributes(Gen<bool> isCompliance) => Gen.Select<List<KeyValue>, List<KeyValue>, bool, List<KeyValue>>(
        Attributes,
        Gen.OneOf(Gen.Const(() => new List<KeyValue>()), Unique(Among(Reserved), Scalar, max: 3)),
        isCompliance,
        (attributes, reserved, hasOwn) =>
        [
            .. attributes.Where(attribute => attribute.Key != OwnKey && reserved.TrueForAll(other => attribute.Key != other.Key + ".0")),
            .. reserved,
            .. hasOwn ? [new KeyValue { Key = OwnKey, Value = new AnyValue { StringValue = "1" } }] : Enumerable.Empty<KeyValue>(),
        ]);

    private static Gen<T> Among<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static Gen<AnyValue> Value(int nesting)
    {
        if (nesting == 0)
        {
            return Scalar;
        }

        var inner = Value(nesting - 1);
        return Gen.OneOf(
            Scalar,
            inner.List[0, 3].Select(values => new AnyValue { ArrayValue = new ArrayValue { Values = { values } } }),
            Unique(Key, inner, max: 3).Select(pairs => new AnyValue { KvlistValue = new KeyValueList { Values = { pairs } } }));
    }

    private static Gen<List<KeyValue>> Unique(Gen<string> key, Gen<AnyValue> value, int max) => Gen.Select(key, value)
        .List[0, max]
        .Select(pairs => pairs.DistinctBy(pair => pair.Item1).Select(pair => new KeyValue { Key = pair.Item1, Value = pair.Item2 }).ToList());

    private static Gen<ByteString> Id(int size) => Gen.Byte.Array[size].Where(bytes => bytes.Any(value => value != 0)).Select(ByteString.CopyFrom);

    private static Gen<ByteString> OptionalId(int size) =>
        Gen.OneOf(Id(size), Gen.Const(ByteString.Empty), Gen.Const(ByteString.CopyFrom(new byte[size])));
}
