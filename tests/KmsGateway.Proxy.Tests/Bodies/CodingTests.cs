using Google.Protobuf;
using KmsGateway.Proxy.Bodies;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace KmsGateway.Proxy.Tests.Bodies;

public sealed class CodingTests : IAsyncLifetime
{
    private readonly OtlpClient _client = new();
    private RecordingCollector _collector = null!;

    public static MatrixTheoryData<string, string, string> Matrix { get; } = new(
        ["gzip", "deflate", "zstd", "identity"], ["protobuf", "json", "grpc"], ["identity", "same"]);

    public static MatrixTheoryData<string, string> Broken { get; } = new(["gzip", "deflate", "zstd"], ["protobuf", "grpc"]);

    public async ValueTask InitializeAsync() => _collector = await RecordingCollector.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _collector.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Send_EachCoding_IsReadAndGoesOnAsConfigured(string coding, string form, string upstream)
    {
        await using var gateway = await StartAsync($"--Upstream:Coding={upstream}");
        foreach (var sent in (ExportTraceServiceRequest[])[TraceRequests.Mixed(3, 2), TraceRequests.Mixed(0, 4)])
        {
            _collector.Requests.Clear();
            var message = form == "json" ? OtlpJson.Format(sent) : sent.ToByteArray();

            (await SendAsync(gateway, form, coding, Coded.Compress(coding, message))).Succeeded();

            var arrived = _collector.Requests.Single();
            var expected = upstream == "same" ? coding : "identity";
            var header = form == "grpc" ? "grpc-encoding" : "Content-Encoding";
            Assert.Equal(expected == "identity" ? null : expected, arrived.Headers.GetValueOrDefault(header));
            var body = form == "grpc" ? GrpcFrame.Unwrap(arrived.Body, out _).ToArray() : arrived.Body;
            var received = Coded.Decompress(expected, body);
            var spans = TraceRequests.SpansOf(
                form == "json" ? OtlpJson.Parse(received) : ExportTraceServiceRequest.Parser.ParseFrom(received)).ToList();
            Assert.Equal(TraceRequests.SpansOf(sent).Count(), spans.Count);
            Assert.Equal(spans.Count(IsCompliance), spans.Count(span => SignatureText.Fate(span) == "signed"));
            Assert.True(spans.Any(IsCompliance) || message.AsSpan().SequenceEqual(received));
        }

        Assert.Equal(0, gateway.Services.GetRequiredService<Admission>().Bytes);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Send_CutOrNotOfThatCoding_IsRefusedForGood(string coding, string form)
    {
        await using var gateway = await StartAsync();
        var body = Coded.Compress(coding, TraceRequests.Mixed(2, 2).ToByteArray());
        byte[][] bodies = [body[..^1], body[..^9], body[..(body.Length / 2)], body[..1], [], [1, 2, 3, .. body], TraceRequests.Mixed(1, 0).ToByteArray()];

        foreach (var broken in bodies)
        {
            var answer = await SendAsync(gateway, form, coding, broken);
            Assert.True(form == "grpc" ? answer.GrpcStatus == 3 : answer.Status == 400, $"{broken.Length} of {body.Length} bytes: {answer}");
        }

        Assert.Empty(_collector.Requests);
        Assert.Equal(0, gateway.Services.GetRequiredService<Admission>().Bytes);
    }

    // Whatever a lenient reader makes of what stands behind: the upstream gets what the gateway has read.
    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("zstd")]
    public async Task Send_AnotherBodyBehindTheBody_NoUnsignedSpanGoesOn(string coding)
    {
        await using var gateway = await StartAsync("--Upstream:Coding=same");
        var ordinary = Coded.Compress(coding, TraceRequests.Mixed(0, 1).ToByteArray());
        var compliance = Coded.Compress(coding, TraceRequests.Mixed(1, 0).ToByteArray());

        var whole = await SendAsync(gateway, "protobuf", coding, [.. ordinary, .. compliance]);
        var apart = await SendAsync(gateway, "protobuf", coding, [.. ordinary, 0, .. compliance]);

        Assert.All((OtlpResponse[])[whole, apart], answer => Assert.True(answer.Status is 200 or 400, answer.ToString()));
        Assert.All(
            _collector.Requests.SelectMany(request =>
                TraceRequests.SpansOf(ExportTraceServiceRequest.Parser.ParseFrom(Coded.Decompress(coding, request.Body)))).Where(IsCompliance),
            span => Assert.Equal("signed", SignatureText.Fate(span)));
        Assert.All(_collector.Requests, request => Assert.DoesNotContain(
            Convert.ToHexString(compliance), Convert.ToHexString(request.Body), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_SignedRequestLargerThanTheUpstreamTakes_IsTooLarge()
    {
        await using var gateway = await StartAsync("--Limits:MaxUpstreamMessageBytes=20000");
        var request = TraceRequests.Of(Enumerable.Range(0, 30).Select(_ => SpanBuilder.Compliance().Build()));

        var http = await SendAsync(gateway, "protobuf", "identity", request.ToByteArray());
        var grpc = await SendAsync(gateway, "grpc", "identity", request.ToByteArray());

        Assert.Equal((413, 8), (http.Status, grpc.GrpcStatus));
        Assert.Contains("the upstream takes 20000", http.Text, StringComparison.Ordinal);
        Assert.Empty(_collector.Requests);
    }

    private static bool IsCompliance(OpenTelemetry.Proto.Trace.V1.Span span) =>
        span.Attributes.Any(attribute => attribute.Key.StartsWith("compliance.", StringComparison.Ordinal));

    private Task<TestGateway> StartAsync(params string[] settings) =>
        TestGateway.StartAsync([.. TestGateway.Upstreams(_collector.GrpcAddress, _collector.HttpAddress), .. settings]);

    private Task<OtlpResponse> SendAsync(TestGateway gateway, string form, string coding, byte[] body) => form == "grpc"
        ? _client.CallAsync(
            gateway.Address(GatewayListener.OtlpGrpc), OtlpClient.TracesMethod, GrpcFrame.Wrap(body, compressed: coding != "identity"), coding)
        : _client.PostAsync(
            gateway.Address(GatewayListener.OtlpHttp), OtlpClient.TracesPath, body, form == "json" ? OtlpClient.Json : OtlpClient.Protobuf, coding);
}
