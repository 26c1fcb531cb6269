using Google.Protobuf;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;
using Xunit;
using Xunit.Sdk;

namespace KmsGateway.EndToEnd.Tests.Wire;

/// <summary>The comparisons find what they are there to find.</summary>
public sealed class WireDifferenceTests
{
    [Fact]
    public void AssertOnlySigned_AttributesAppended_CountsTheSpans()
    {
        // Spans with nothing after their attributes: a serialiser puts more of these where the gateway does, at the end.
        var sent = TraceRequests.Of(SpanBuilder.Compliance().Build(), SpanBuilder.Ordinary().Build(), SpanBuilder.Compliance().Build());

        Assert.Equal(0, ProtobufDifference.AssertOnlySigned(sent.ToByteArray(), sent.ToByteArray()));
        Assert.Equal(2, ProtobufDifference.AssertOnlySigned(sent.ToByteArray(), Signed(sent).ToByteArray()));
    }

    [Fact]
    public void AssertOnlySigned_SameMessageInOtherBytes_Fails()
    {
        var sent = TraceRequests.Nested(resources: 1, compliance: 1, ordinary: 0);

        Assert.ThrowsAny<XunitException>(() => ProtobufDifference.AssertOnlySigned(WirePadding.Pad(sent), Signed(sent).ToByteArray()));
        Assert.ThrowsAny<XunitException>(() =>
            ProtobufDifference.AssertOnlySigned(WirePadding.Pad(sent, unknownFields: false), sent.ToByteArray()));
    }

    [Fact]
    public void AssertOnlySigned_OtherAttributeAppended_Fails()
    {
        var sent = TraceRequests.Of(SpanBuilder.Compliance().Build());
        var received = sent.Clone();
        received.ResourceSpans[0].ScopeSpans[0].Spans[0].Attributes.Add(AnyValues.Pair("other", 1));

        Assert.ThrowsAny<XunitException>(() => ProtobufDifference.AssertOnlySigned(sent.ToByteArray(), received.ToByteArray()));
    }

    [Fact]
    public void WithoutSignatures_AttributesAppended_IsWhatWasSent()
    {
        var sent = TraceRequests.Nested(resources: 2, compliance: 1, ordinary: 1);

        Assert.Equal(OtlpJson.Format(sent), JsonDifference.WithoutSignatures(OtlpJson.Format(Signed(sent))));
    }

    [Fact]
    public void Pad_AnyRequest_ParsesToTheSameMessage()
    {
        var request = TraceRequests.Nested(resources: 2, compliance: 2, ordinary: 1);

        var padded = WirePadding.Pad(request);

        Assert.Equal(request, ExportTraceServiceRequest.Parser.WithDiscardUnknownFields(true).ParseFrom(padded));
        Assert.NotEqual(padded, ExportTraceServiceRequest.Parser.ParseFrom(padded).ToByteArray());
    }

    [Fact]
    public void Format_EveryType_ParsesToTheSameMessage()
    {
        var request = TraceRequests.Nested(resources: 1, compliance: 1, ordinary: 1);

        Assert.Equal(request, OtlpJson.Parse(OtlpJson.Format(request)));
    }

    private static ExportTraceServiceRequest Signed(ExportTraceServiceRequest request)
    {
        var signed = request.Clone();
        foreach (var span in TraceRequests.SpansOf(signed).Where(span => span.Attributes.Any(a => a.Key == "compliance.framework")))
        {
            span.Attributes.Add(AnyValues.Pair("audit.integrity.statement", "s"));
            span.Attributes.Add(AnyValues.Pair("audit.integrity.value", "v"));
        }

        return signed;
    }
}
