using Google.Protobuf;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;
using Xunit;

namespace KmsGateway.Evidence.Tests.Signing;

/// <summary>Both encodings of one request are the same evidence. Google.Protobuf is the oracle that shares no code with the product.</summary>
public sealed class ProtobufAndJsonTests : IDisposable
{
    private readonly EvidenceFixture _evidence = new();

    public void Dispose() => _evidence.Dispose();

    [Fact]
    public void Verify_SignedAsProtobufStoredAsJson_IsVerified()
    {
        var signed = _evidence.Protect(TraceRequests.Nested(2, compliance: 3, ordinary: 2).ToByteArray(), ProtobufTraceEncoding.Instance);

        var stored = OtlpJson.Format(ExportTraceServiceRequest.Parser.ParseFrom(signed));

        AssertAllVerified(6, _evidence.Verify(stored, JsonTraceEncoding.Instance));
        AssertAllVerified(6, _evidence.Verify(signed, ProtobufTraceEncoding.Instance));
    }

    [Fact]
    public void Verify_SignedAsJsonStoredAsProtobuf_IsVerified()
    {
        var signed = _evidence.Protect(OtlpJson.Format(TraceRequests.Nested(2, compliance: 3, ordinary: 2)), JsonTraceEncoding.Instance);

        AssertAllVerified(6, _evidence.Verify(OtlpJson.Parse(signed).ToByteArray(), ProtobufTraceEncoding.Instance));
    }

    [Fact]
    public void Protect_PaddedVarintsAndUnknownFields_StillGivesAMessageThatParses()
    {
        var request = TraceRequests.Nested(2, compliance: 2, ordinary: 2);

        var signed = _evidence.Protect(WirePadding.Pad(request), ProtobufTraceEncoding.Instance);

        AssertAllVerified(4, _evidence.Verify(signed, ProtobufTraceEncoding.Instance));
        var parsed = ExportTraceServiceRequest.Parser.WithDiscardUnknownFields(discardUnknownFields: true).ParseFrom(signed);
        foreach (var span in TraceRequests.SpansOf(parsed))
        {
            foreach (var attribute in span.Attributes.Where(attribute => attribute.Key.StartsWith("audit.", StringComparison.Ordinal)).ToList())
            {
                span.Attributes.Remove(attribute);
            }
        }

        Assert.Equal(request, parsed);
    }

    [Fact]
    public void Verify_AttributesReordered_IsVerified()
    {
        var signed = Sign(out _);
        foreach (var span in TraceRequests.SpansOf(signed))
        {
            var reversed = span.Attributes.Reverse().ToList();
            span.Attributes.Clear();
            span.Attributes.AddRange(reversed);
        }

        AssertAllVerified(2, _evidence.Verify(signed.ToByteArray(), ProtobufTraceEncoding.Instance));
    }

    [Fact]
    public void Verify_SpansInOtherBatches_AreVerified()
    {
        var signed = Sign(out _);
        var group = signed.ResourceSpans[0];
        foreach (var span in group.ScopeSpans[0].Spans.ToList())
        {
            var alone = group.Clone();
            alone.ScopeSpans[0].Spans.Clear();
            alone.ScopeSpans[0].Spans.Add(span);
            signed.ResourceSpans.Add(alone);
        }

        signed.ResourceSpans.RemoveAt(0);

        AssertAllVerified(2, _evidence.Verify(signed.ToByteArray(), ProtobufTraceEncoding.Instance));
    }

    private ExportTraceServiceRequest Sign(out byte[] bytes)
    {
        bytes = _evidence.Protect(TraceRequests.Mixed(compliance: 2, ordinary: 1).ToByteArray(), ProtobufTraceEncoding.Instance);
        return ExportTraceServiceRequest.Parser.ParseFrom(bytes);
    }

    private static void AssertAllVerified(int count, IReadOnlyList<SpanVerdict> verdicts)
    {
        Assert.Equal(count, verdicts.Count);
        Assert.All(verdicts, verdict => Assert.Equal("verified", verdict.Text));
    }
}
