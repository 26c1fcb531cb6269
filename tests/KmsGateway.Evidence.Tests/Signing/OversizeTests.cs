using Google.Protobuf;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Trace.V1;
using Xunit;

namespace KmsGateway.Evidence.Tests.Signing;

/// <summary>docs/format.md, U-17: what a store that keeps N bytes of an attribute would cut.</summary>
public sealed class OversizeTests
{
    private const int Limit = 300;

    private static readonly Coverage Narrow = new(new KeyPatterns(["compliance.*", "long.*"]), new KeyPatterns(["compliance.*"]));

    private static readonly Coverage All = new(new KeyPatterns(["*"]), new KeyPatterns(["*"]));

    public static TheoryData<string, bool, Action<ExportTraceServiceRequest>> Requests => new()
    {
        { "string of N bytes", false, On(span => span.Attributes.Add(AnyValues.Pair("a", new string('x', Limit)))) },
        { "string of N + 1 bytes", true, On(span => span.Attributes.Add(AnyValues.Pair("a", new string('x', Limit + 1)))) },
        { "escapes, N bytes as they are", false, On(span => span.Attributes.Add(AnyValues.Pair("a", new string('\u0001', Limit)))) },
        { "escapes, one more", true, On(span => span.Attributes.Add(AnyValues.Pair("a", new string('\u0001', Limit) + '"'))) },
        { "quotes and backslashes, N bytes", false, On(span => span.Attributes.Add(AnyValues.Pair("a", Repeated("\"\\", Limit / 2)))) },
        { "backslashes before a u, N bytes", false, On(span => span.Attributes.Add(AnyValues.Pair("a", Repeated("\\u", Limit / 2)))) },
        { "backslashes before a u, one more", true, On(span => span.Attributes.Add(AnyValues.Pair("a", Repeated("\\u", Limit / 2) + "u"))) },
        { "line breaks and quotes, one more", true, On(span => span.Attributes.Add(AnyValues.Pair("a", Repeated("\n\"", Limit / 2) + "\t"))) },
        { "multi-byte text, N bytes", false, On(span => span.Attributes.Add(AnyValues.Pair("a", new string('é', Limit / 2)))) },
        { "multi-byte text, more bytes than characters", true, On(span => span.Attributes.Add(AnyValues.Pair("a", new string('é', (Limit / 2) + 1)))) },
        { "key of N bytes", false, On(span => span.Attributes.Add(AnyValues.Pair(new string('k', Limit), 1))) },
        { "key of N + 1 bytes", true, On(span => span.Attributes.Add(AnyValues.Pair(new string('k', Limit + 1), 1))) },
        { "bytes, V of 2 + 300 characters", true, On(span => span.Attributes.Add(AnyValues.Pair("a", new byte[225]))) },
        { "bytes, V of N", false, On(span => span.Attributes.Add(AnyValues.Pair("a", new byte[210]))) },
        { "array, V over N", true, On(span => span.Attributes.Add(AnyValues.Pair("a", new object?[] { new string('x', 290) }))) },
        { "array of one short text", false, On(span => span.Attributes.Add(AnyValues.Pair("a", new object?[] { new string('x', 270) }))) },
        { "map whose key is stringValue", true, On(span => span.Attributes.Add(AnyValues.Pair("a", new Dictionary<string, object?> { ["stringValue"] = new string('x', 290) }))) },
        { "event attribute", true, On(span => span.Events.Add(new Span.Types.Event { Attributes = { AnyValues.Pair("a", new string('x', Limit + 1)) } })) },
        { "link attribute", true, On(span => span.Links.Add(new Span.Types.Link { Attributes = { AnyValues.Pair("a", new string('x', Limit + 1)) } })) },
        { "resource attribute", true, request => request.ResourceSpans[0].Resource.Attributes.Add(AnyValues.Pair("a", new string('x', Limit + 1))) },
        { "span name", false, On(span => span.Name = new string('n', Limit + 1)) },
        { "reserved key, renamed to an ordinary one", true, On(span => span.Attributes.Add(AnyValues.Pair("audit.integrity.value", new string('x', Limit + 1)))) },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void Read_LimitOfNBytes_TellsWhatIsLonger(string what, bool expected, Action<ExportTraceServiceRequest> change)
    {
        var request = TraceRequests.Of(SpanBuilder.Compliance().Build());
        change(request);

        Assert.True(expected == Assert.Single(Read(request.ToByteArray(), ProtobufTraceEncoding.Instance, All)), what);
        Assert.True(expected == Assert.Single(Read(OtlpJson.Format(request), JsonTraceEncoding.Instance, All)), what);
    }

    [Theory]
    [InlineData("uncovered", false)]
    [InlineData("long.covered", true)]
    public void Read_AttributeOutsideTheCoverage_DoesNotCount(string key, bool expected)
    {
        var request = TraceRequests.Of(SpanBuilder.Compliance().Build());
        TraceRequests.SpansOf(request).Single().Attributes.Add(AnyValues.Pair(key, new string('x', Limit + 1)));
        request.ResourceSpans[0].Resource.Attributes.Add(AnyValues.Pair("host.long", new string('x', Limit + 1)));

        Assert.Equal(expected, Assert.Single(Read(request.ToByteArray(), ProtobufTraceEncoding.Instance, Narrow)));
    }

    [Fact]
    public void Read_ResourceOfSeveralSpans_CountsForEachOfThemAndForNoOther()
    {
        var request = TraceRequests.Of([SpanBuilder.Compliance().Build(), SpanBuilder.Compliance().Build()]);
        request.ResourceSpans[0].Resource.Attributes.Add(AnyValues.Pair("compliance.long", new string('x', Limit + 1)));
        request.ResourceSpans.Add(TraceRequests.Of(SpanBuilder.Compliance().Build()).ResourceSpans);

        Assert.Equal([true, true, false], Read(request.ToByteArray(), ProtobufTraceEncoding.Instance, Narrow));
    }

    [Fact]
    public void Read_SpanBehindAnOversizeOne_IsJudgedByItself()
    {
        var longer = SpanBuilder.Compliance().Attribute("compliance.long", new string('x', Limit + 1)).Build();
        var request = TraceRequests.Of([longer, SpanBuilder.Compliance().Build()]);

        Assert.Equal([true, false], Read(request.ToByteArray(), ProtobufTraceEncoding.Instance, Narrow));
    }

    private static string Repeated(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static Action<ExportTraceServiceRequest> On(Action<Span> change) => request => change(TraceRequests.SpansOf(request).Single());

    private static List<bool> Read(byte[] body, ITraceEncoding encoding, Coverage coverage)
    {
        var scan = new TraceScan();
        var canonical = new CanonicalSpan(ReservedKeys.Rename, new OtlpLimits()) { OversizeBytes = Limit };
        Assert.Equal(OtlpError.None, encoding.Scan(body, ComplianceRules.Default.Keys, SignatureAttributes.Reserved, new OtlpLimits(), scan));
        return [.. scan.Spans.ToArray().Select(span =>
        {
            Assert.Equal(OtlpError.None, canonical.Read(encoding, body, span, coverage));
            return canonical.IsOversize;
        })];
    }
}
