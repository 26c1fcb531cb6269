using Google.Protobuf;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;
using Xunit;

namespace KmsGateway.Evidence.Tests.Signing;

public sealed class UnsignableTests : IDisposable
{
    private readonly EvidenceFixture _evidence = new();

    public void Dispose() => _evidence.Dispose();

    public static TheoryData<string, Action<Span>> Defects => new()
    {
        { "duplicate-key", span => span.Attributes.Add(AnyValues.Pair("compliance.control", "again")) },
        { "duplicate-key", span => span.Attributes.Add(Kvlist("a", "b", "a")) },
        { "duplicate-key", span => span.Attributes.AddRange([AnyValues.Pair("audit.integrity.value", 1), AnyValues.Pair("audit.integrity.value.0", 1)]) },
        { "bad-id", span => span.TraceId = ByteString.CopyFrom(new byte[16]) },
        { "bad-id", span => span.SpanId = ByteString.CopyFrom(1, 2, 3) },
        { "bad-id", span => span.ParentSpanId = ByteString.CopyFrom(new byte[7]) },
        { "bad-id", span => span.Links.Add(new Span.Types.Link { TraceId = ByteString.CopyFrom(1) }) },
        { "number", span => span.Kind = (Span.Types.SpanKind)(-1) },
        { "depth", span => span.Attributes.Add(Nested(33)) },
        { "size", span => span.Attributes.AddRange(Enumerable.Range(0, 1_000).Select(i => AnyValues.Pair($"k{i}", i))) },
        { "size", span => span.Attributes.Add(AnyValues.Pair("long", new string('x', 1024 * 1024))) },
        { "size", span => span.Name = new string('x', 4 * 1024 * 1024) },
        { "size", span => span.Events.AddRange(Enumerable.Range(0, 2_200_000).Select(_ => new Span.Types.Event())) },

        // Equal keys that stand behind the limit are not looked for.
        { "size", span => span.Attributes.AddRange(Enumerable.Range(0, 1_001).Select(i => AnyValues.Pair($"k{i}", i)).Append(AnyValues.Pair("k1000", 1))) },
        { "duplicate-key", span => span.Attributes.AddRange(Enumerable.Range(0, 1_001).Select(i => AnyValues.Pair(i == 1 ? "k0" : $"k{i}", i))) },
        { "size", span => span.Attributes.Add(Kvlist("map", [.. Enumerable.Range(0, 150_000).Select(i => $"k{i}"), "k149999"])) },
    };

    [Theory]
    [MemberData(nameof(Defects))]
    public void Protect_ComplianceSpanWithoutCanonicalForm_IsMarked(string reason, Action<Span> defect)
    {
        var span = SpanBuilder.Compliance().Build();
        defect(span);
        var sound = SpanBuilder.Compliance().Build();

        var output = _evidence.Protect(TraceRequests.Of([span, sound]).ToByteArray(), ProtobufTraceEncoding.Instance);

        var verdicts = _evidence.Verify(output, ProtobufTraceEncoding.Instance);
        Assert.Equal(["unsigned:" + reason, "verified"], verdicts.Select(verdict => verdict.Text));
        var marked = TraceRequests.SpansOf(ExportTraceServiceRequest.Parser.ParseFrom(output)).First();
        Assert.Equal(reason, marked.Attributes[^1].Value.StringValue);
        Assert.Equal("audit.integrity.error", marked.Attributes[^1].Key);
    }

    // Two bytes each in protobuf, and thirty and more in what is kept of them while they are sorted.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Protect_TwoMillionEmptyEntries_TakeLittleMemory(bool nested)
    {
        var entries = new byte[4_000_000];
        for (var i = 0; i < entries.Length; i += 2)
        {
            entries[i] = nested ? (byte)0x0A : (byte)0x4A;
        }

        var span = SpanBuilder.Compliance().Build();
        if (nested)
        {
            span.Attributes.Add(new KeyValue { Key = "map", Value = new AnyValue { KvlistValue = KeyValueList.Parser.ParseFrom(entries) } });
        }
        else
        {
            span.MergeFrom(entries);
        }

        var request = TraceRequests.Of([span]).ToByteArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var output = _evidence.Protect(request, ProtobufTraceEncoding.Instance);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40_000_000);
        var marked = TraceRequests.SpansOf(ExportTraceServiceRequest.Parser.ParseFrom(output)).First();
        Assert.Contains(marked.Attributes[^1].Value.StringValue, (string[])["size", "duplicate-key"]);
    }

    [Fact]
    public void Protect_ValueAtDepth32_IsSigned()
    {
        var span = SpanBuilder.Compliance().Build();
        span.Attributes.Add(Nested(32));

        var output = _evidence.Protect(TraceRequests.Of([span]).ToByteArray(), ProtobufTraceEncoding.Instance);

        Assert.Equal("verified", Assert.Single(_evidence.Verify(output, ProtobufTraceEncoding.Instance)).Text);
    }

    [Theory]
    [InlineData("0A016B0801", "repeated-field", "a second key, as a varint")]
    [InlineData("0A016B0A016B", "repeated-field", "the key twice")]
    [InlineData("0A016B1202180112021801", "repeated-field", "the value twice")]
    [InlineData("0A016B120418011802", "repeated-field", "two members in the value")]
    [InlineData("0A016B1001", "wire-type", "the value as a varint")]
    [InlineData("0A016B1314", "wire-type", "the value as a group")]
    [InlineData("0A016B12021D01", "", "an int as fixed32, cut short")]
    [InlineData("0A016B12051D01000000", "wire-type", "an int as fixed32")]
    [InlineData("0A016B2001", "unknown-field", "a field that KeyValue has not")]
    [InlineData("0A016B12024801", "unknown-field", "a field that AnyValue has not")]
    [InlineData("0A016B12042A021001", "unknown-field", "a field that ArrayValue has not")]
    [InlineData("0A016B1801", "strindex", "a key by index")]
    [InlineData("0A016B12024001", "strindex", "a value by index")]
    [InlineData("0A01FF", "invalid-utf8", "a key that is not UTF-8")]
    [InlineData("0A016B12030A01FF", "invalid-utf8", "a text that is not UTF-8")]
    public void Protect_KeyValueOnTheWire_IsMarkedWithItsReason(string keyValue, string reason, string what)
    {
        var attribute = Convert.FromHexString(keyValue);
        byte[] span = [.. SpanBuilder.Compliance().Build().ToByteArray(), 0x4A, (byte)attribute.Length, .. attribute];

        if (reason.Length == 0)
        {
            Assert.Throws<OtlpErrorException>(() => _evidence.Protect(Wrap(span), ProtobufTraceEncoding.Instance));
            return;
        }

        var output = _evidence.Protect(Wrap(span), ProtobufTraceEncoding.Instance);

        var verdict = Assert.Single(_evidence.Verify(output, ProtobufTraceEncoding.Instance));
        Assert.True(verdict.Text == "unsigned:" + reason, $"{what}: {verdict.Text}");
    }

    [Fact]
    public void Protect_RepeatedResource_MarksEverySpanBelow()
    {
        var request = TraceRequests.Of([SpanBuilder.Compliance().Build(), SpanBuilder.Compliance().Build()]);
        var group = request.ResourceSpans[0].ToByteArray();
        byte[] twice = [.. group, 0x0A, 0x00];

        var output = _evidence.Protect(Message(0x0A, twice), ProtobufTraceEncoding.Instance);

        Assert.Equal(
            ["unsigned:repeated-field", "unsigned:repeated-field"],
            _evidence.Verify(output, ProtobufTraceEncoding.Instance).Select(verdict => verdict.Text));
    }

    [Fact]
    public void Protect_BrokenValueInAComplianceSpan_RefusesTheRequest()
    {
        var span = SpanBuilder.Compliance().Build().ToByteArray();
        byte[] bytes = [.. span, 0x4A, 0x05, 0x0A, 0x01, (byte)'k', 0x12, 0x7F];

        Assert.Equal(
            OtlpError.BrokenProtobuf,
            Assert.Throws<OtlpErrorException>(() => _evidence.Protect(Wrap(bytes), ProtobufTraceEncoding.Instance)).Error);
    }

    private static KeyValue Kvlist(string key, params string[] keys) => new()
    {
        Key = key,
        Value = new AnyValue { KvlistValue = new KeyValueList { Values = { keys.Append(key).Select(k => AnyValues.Pair(k, 1)).Append(AnyValues.Pair(key, 2)) } } },
    };

    private static KeyValue Nested(int depth)
    {
        var value = new AnyValue { IntValue = 1 };
        for (var i = 1; i < depth; i++)
        {
            value = new AnyValue { ArrayValue = new ArrayValue { Values = { value } } };
        }

        return new KeyValue { Key = "deep", Value = value };
    }

    /// <summary>A request around the bytes of one span.</summary>
    private static byte[] Wrap(byte[] span) => Message(0x0A, Message(0x12, Message(0x12, span)));

    private static byte[] Message(byte tag, byte[] content)
    {
        Span<byte> length = stackalloc byte[WireWriter.MaxVarint32Length];
        return [tag, .. length[..WireWriter.WriteVarint(length, (uint)content.Length)], .. content];
    }
}
