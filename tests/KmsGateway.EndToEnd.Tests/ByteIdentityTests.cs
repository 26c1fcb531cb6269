using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.EndToEnd.Tests.Wire;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;
using Xunit;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>What the gateway does not have to change arrives as it was sent, byte for byte.</summary>
public sealed class ByteIdentityTests : IClassFixture<ForwardingGateway>
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ForwardingGateway _forwarding;

    public ByteIdentityTests(ForwardingGateway forwarding)
    {
        _forwarding = forwarding;
        _forwarding.Reset();
    }

    public static MatrixTheoryData<OtlpForm, bool> Forms { get; } = new(
        [OtlpForm.HttpProtobuf, OtlpForm.HttpJson, OtlpForm.Grpc],
        [false, true]);

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Export_NoComplianceSpan_MessageArrivesUntouched(OtlpForm form, bool gzip)
    {
        var message = Message(form, TraceRequests.Nested(resources: 2, compliance: 0, ordinary: 3));

        var received = await ExportAsync(form, Body(form, message, gzip), gzip);

        Assert.Equal(Body(form, message, gzip: false), received.Body);
        Assert.False(received.Headers.ContainsKey(EncodingHeader(form)));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Export_ComplianceSpans_OnlySignaturesAreAdded(OtlpForm form, bool gzip)
    {
        var message = Message(form, TraceRequests.Nested(resources: 2, compliance: 3, ordinary: 2));

        var received = await ExportAsync(form, Body(form, message, gzip), gzip);

        AssertOnlySigned(form, message, received.Message(), spans: 6);
    }

    // An SDK's own bytes: minimal lengths, nothing unknown. A length of one byte becomes one of two when a span grows.
    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Export_SmallComplianceSpan_OnlySignaturesAreAdded(OtlpForm form, bool gzip)
    {
        var request = TraceRequests.Of(SpanBuilder.Ordinary().Build(), SpanBuilder.Compliance().Build());
        var message = form == OtlpForm.HttpJson ? OtlpJson.Format(request) : Google.Protobuf.MessageExtensions.ToByteArray(request);

        var received = await ExportAsync(form, Body(form, message, gzip), gzip);

        AssertOnlySigned(form, message, received.Message(), spans: 1);
    }

    // What the collector parses is what was sent, besides the signatures: the same, asked of an independent parser.
    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Export_ComplianceSpans_CollectorReadsTheSameSpans(OtlpForm form, bool gzip)
    {
        var sent = TraceRequests.Nested(resources: 2, compliance: 3, ordinary: 2);
        var message = form == OtlpForm.HttpJson ? OtlpJson.Format(sent) : WirePadding.Pad(sent, unknownFields: false);

        var received = (await ExportAsync(form, Body(form, message, gzip), gzip)).ParseTraces();

        foreach (var span in TraceRequests.SpansOf(received))
        {
            foreach (var ours in span.Attributes.Where(a => a.Key.StartsWith("audit.integrity.", StringComparison.Ordinal)).ToArray())
            {
                span.Attributes.Remove(ours);
            }
        }

        Assert.Equal(sent, received);
    }

    private static void AssertOnlySigned(OtlpForm form, byte[] sent, byte[] received, int spans)
    {
        if (form == OtlpForm.HttpJson)
        {
            Assert.Equal(Encoding.UTF8.GetString(sent), Encoding.UTF8.GetString(JsonDifference.WithoutSignatures(received)));
            Assert.Equal(spans, SinkLines.Spans(JsonNode.Parse(received)!).Count(SinkLines.IsTouched));
        }
        else
        {
            Assert.Equal(spans, ProtobufDifference.AssertOnlySigned(sent, received));
        }
    }

    private static byte[] Message(OtlpForm form, ExportTraceServiceRequest request) =>
        form == OtlpForm.HttpJson ? UnusualJson(request) : WirePadding.Pad(request);

    // White space, characters as they are instead of escaped, members that nobody knows.
    private static byte[] UnusualJson(ExportTraceServiceRequest request)
    {
        var json = JsonNode.Parse(OtlpJson.Format(request))!;
        foreach (var span in SinkLines.Spans(json))
        {
            span["zzUnknown"] = new JsonObject { ["attributes"] = new JsonArray(1, "two", null, 3.0e-5) };
        }

        json["zzUnknown"] = "\u00fc";
        return Encoding.UTF8.GetBytes(" \n" + json.ToJsonString(Indented) + "\n");
    }

    private static byte[] Body(OtlpForm form, byte[] message, bool gzip)
    {
        var content = gzip ? Gzip.Compress(message) : message;
        return form == OtlpForm.Grpc ? GrpcFrame.Wrap(content, compressed: gzip) : content;
    }

    private static string EncodingHeader(OtlpForm form) => form == OtlpForm.Grpc ? "grpc-encoding" : "Content-Encoding";

    private async Task<RecordedRequest> ExportAsync(OtlpForm form, byte[] body, bool gzip)
    {
        var encoding = gzip ? "gzip" : null;
        var contentType = form == OtlpForm.HttpJson ? OtlpClient.Json : OtlpClient.Protobuf;
        var response = form == OtlpForm.Grpc
            ? await _forwarding.Client.CallAsync(_forwarding.Gateway.OtlpGrpc, OtlpClient.TracesMethod, body, encoding)
            : await _forwarding.Client.PostAsync(_forwarding.Gateway.OtlpHttp, OtlpClient.TracesPath, body, contentType, encoding);
        response.Succeeded();
        return Assert.Single(await _forwarding.Collector.WaitForRequestAsync());
    }
}
