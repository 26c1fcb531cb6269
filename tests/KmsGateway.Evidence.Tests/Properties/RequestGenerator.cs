using CsCheck;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace KmsGateway.Evidence.Tests.Properties;

/// <summary>Requests of compliance spans that have a canonical form, with whatever else OTLP allows.</summary>
internal static class RequestGenerator
{
    private const int MaxNesting = 3;

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Char['!', '~'].Select(character => character.ToString()),
        Gen.Char['\0', '\u001f'].Select(character => character.ToString()),
        Gen.Char['\u0080', '\uD7FF'].Select(character => character.ToString()),
        Gen.Char['\uE000', '\uFFFD'].Select(character => character.ToString()),
        Gen.Int[0x10000, 0x10FFFF].Select(char.ConvertFromUtf32)).Array[0, 8].Select(string.Concat);

    private static readonly Gen<string> Key = Gen.OneOf(
        Text, Among("a", "b", "stringValue", "intValue", "key", "compliance.x", "audit.integrity.value.0", "service.name", "1", "10", "9"));

    private static readonly Gen<double> Number = Gen.OneOf(
        Gen.Double, Among(0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, 1e21, 1e-7, 5.0));

    private static readonly Gen<long> Integer = Gen.OneOf(Gen.Long, Among(0L, -1L, long.MinValue, long.MaxValue, 9_007_199_254_740_993L));

    private static readonly Gen<List<KeyValue>> Attributes = Unique(Value(MaxNesting), max: 5);

    private static readonly Gen<Span.Types.Event> Event = Gen.Select(Text, Gen.ULong, Attributes, (name, time, attributes) =>
        new Span.Types.Event { Name = name, TimeUnixNano = time, Attributes = { attributes }, DroppedAttributesCount = 1 });

    private static readonly Gen<Span.Types.Link> Link = Gen.Select(Id(16), Id(8), Attributes, Gen.UInt, (traceId, spanId, attributes, flags) =>
        new Span.Types.Link { TraceId = traceId, SpanId = spanId, Attributes = { attributes }, Flags = flags });

    private static readonly Gen<Span> OneSpan = Gen.Select(
        Gen.Select(Id(16), Id(8), Gen.OneOf(Id(8), Gen.Const(ByteString.Empty)), Text),
        Gen.Select(Gen.Int[0, 5], Gen.ULong, Gen.ULong, Gen.UInt),
        Gen.Select(Attributes, Event.List[0, 2], Link.List[0, 2], Gen.Select(Text, Gen.Int[0, 2])),
        (ids, numbers, lists) => new Span
        {
            TraceId = ids.Item1,
            SpanId = ids.Item2,
            ParentSpanId = ids.Item3,
            Name = ids.Item4,
            Kind = (Span.Types.SpanKind)numbers.Item1,
            StartTimeUnixNano = numbers.Item2,
            EndTimeUnixNano = numbers.Item3,
            Flags = numbers.Item4,
            DroppedEventsCount = numbers.Item4 % 3,
            Attributes =
            {
                new KeyValue { Key = "compliance.id", Value = new AnyValue { StringValue = "1" } },
                lists.Item1.Where(attribute => attribute.Key != "compliance.id"),
            },
            Events = { lists.Item2 },
            Links = { lists.Item3 },
            Status = new Status { Message = lists.Item4.Item1, Code = (Status.Types.StatusCode)lists.Item4.Item2 },
        });

    private static readonly Gen<ScopeSpans> Scope = Gen.Select(Text, Text, OneSpan.List[1, 3], (name, version, spans) =>
        new ScopeSpans { Scope = new InstrumentationScope { Name = name, Version = version, DroppedAttributesCount = 2 }, Spans = { spans } });

    /// <summary>One or two resources with one or two scopes each.</summary>
    public static Gen<ExportTraceServiceRequest> Request { get; } = Gen.Select(Attributes, Scope.List[1, 2], Under)
        .List[1, 2]
        .Select(resources => new ExportTraceServiceRequest { ResourceSpans = { resources } });

    public static Gen<ExportTraceServiceRequest> RequestOfOneSpan { get; } = Gen.Select(Attributes, Scope, (attributes, scope) =>
    {
        var one = scope.Clone();
        one.Spans.Clear();
        one.Spans.Add(scope.Spans[0]);
        return new ExportTraceServiceRequest { ResourceSpans = { Under(attributes, [one]) } };
    });

    private static ResourceSpans Under(List<KeyValue> attributes, List<ScopeSpans> scopes) =>
        new() { Resource = new Resource { Attributes = { attributes } }, ScopeSpans = { scopes } };

    private static Gen<T> Among<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static Gen<AnyValue> Value(int nesting)
    {
        var scalar = Gen.OneOf(
            Text.Select(text => new AnyValue { StringValue = text }),
            Integer.Select(number => new AnyValue { IntValue = number }),
            Number.Select(number => new AnyValue { DoubleValue = number }),
            Gen.Bool.Select(flag => new AnyValue { BoolValue = flag }),
            Gen.Byte.Array[0, 5].Select(bytes => new AnyValue { BytesValue = ByteString.CopyFrom(bytes) }),
            Gen.Const(() => new AnyValue()));
        if (nesting == 0)
        {
            return scalar;
        }

        var inner = Value(nesting - 1);
        return Gen.OneOf(
            scalar,
            inner.List[0, 3].Select(values => new AnyValue { ArrayValue = new ArrayValue { Values = { values } } }),
            Unique(inner, max: 3).Select(pairs => new AnyValue { KvlistValue = new KeyValueList { Values = { pairs } } }));
    }

    private static Gen<List<KeyValue>> Unique(Gen<AnyValue> value, int max) => Gen.Select(Key, value)
        .List[0, max]
        .Select(pairs => pairs.DistinctBy(pair => pair.Item1).Select(pair => new KeyValue { Key = pair.Item1, Value = pair.Item2 }).ToList());

    private static Gen<ByteString> Id(int size) => Gen.Byte.Array[size].Where(bytes => bytes.Any(value => value != 0)).Select(ByteString.CopyFrom);
}
