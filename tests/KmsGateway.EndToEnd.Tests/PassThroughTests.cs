using System.Security.Cryptography;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;
using Xunit;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>What is not traces passes unread, answers of the backend come back as they are, and nothing else gets through.</summary>
public sealed class PassThroughTests : IClassFixture<ForwardingGateway>
{
    private const int Unimplemented = 12;
    private const int Unavailable = 14;

    private readonly ForwardingGateway _forwarding;

    public PassThroughTests(ForwardingGateway forwarding)
    {
        _forwarding = forwarding;
        _forwarding.Reset();
    }

    [Theory]
    [InlineData("/v1/metrics", OtlpClient.Protobuf)]
    [InlineData("/v1/logs", OtlpClient.Protobuf)]
    [InlineData("/v1/logs", OtlpClient.Json)]
    [InlineData("/v1development/profiles", OtlpClient.Protobuf)]
    public async Task Post_OtherSignal_BodyArrivesUntouched(string path, string contentType)
    {
        var body = RandomNumberGenerator.GetBytes(100_000);

        (await _forwarding.Client.PostAsync(_forwarding.Gateway.OtlpHttp, path, body, contentType, "gzip")).Succeeded();

        var request = Assert.Single(await _forwarding.Collector.WaitForRequestAsync());
        Assert.Equal(path, request.Path);
        Assert.Equal(contentType, request.ContentType);
        Assert.Equal("gzip", request.Headers["Content-Encoding"]);
        Assert.Equal(body, request.Body);
    }

    [Theory]
    [InlineData("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")]
    [InlineData("/opentelemetry.proto.collector.logs.v1.LogsService/Export")]
    [InlineData("/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export")]
    public async Task Call_OtherSignal_BodyArrivesUntouched(string method)
    {
        var body = GrpcFrame.Wrap(RandomNumberGenerator.GetBytes(100_000));

        (await _forwarding.Client.CallAsync(_forwarding.Gateway.OtlpGrpc, method, body)).Succeeded();

        var request = Assert.Single(await _forwarding.Collector.WaitForRequestAsync());
        Assert.Equal(method, request.Path);
        Assert.Equal(body, request.Body);
    }

    [Theory]
    [InlineData("/v1/unknown")]
    [InlineData("/v2/traces")]
    [InlineData("/")]
    public async Task Post_UnknownPath_IsRefusedAndNotForwarded(string path)
    {
        var response = await _forwarding.Client.PostAsync(_forwarding.Gateway.OtlpHttp, path, [], OtlpClient.Protobuf);

        Assert.Equal(404, response.Status);
        Assert.Empty(_forwarding.Collector.Requests);
    }

    // Arrow streams carry spans in a form that cannot be signed: forwarding one would leak them unsigned.
    [Theory]
    [InlineData("/opentelemetry.proto.experimental.arrow.v1.ArrowTracesService/ArrowTraces")]
    [InlineData("/opentelemetry.proto.collector.trace.v2.TraceService/Export")]
    [InlineData("/any.Service/Method")]
    public async Task Call_UnknownService_IsRefusedAndNotForwarded(string method)
    {
        var response = await _forwarding.Client.CallAsync(_forwarding.Gateway.OtlpGrpc, method, GrpcFrame.Wrap([]));

        Assert.Equal(Unimplemented, response.GrpcStatus);
        Assert.Empty(_forwarding.Collector.Requests);
    }

    [Fact]
    public async Task Post_UpstreamAsksToRetryLater_ClientGetsItsAnswer()
    {
        _forwarding.Collector.AnswerWith(CollectorAnswer.Http(503, "later"u8.ToArray(), ("Retry-After", "7")));

        var response = await _forwarding.Client.SendAsync(_forwarding.Gateway.OtlpHttp, Compliance());

        Assert.Equal(503, response.Status);
        Assert.Equal("7", response.Headers["Retry-After"]);
        Assert.Equal("later"u8.ToArray(), response.Body);
    }

    [Fact]
    public async Task Call_UpstreamFailsWithDetails_ClientGetsItsStatus()
    {
        byte[] details = [0x08, 0x08, 0x12, 0x04, .. "full"u8];
        _forwarding.Collector.AnswerWith(CollectorAnswer.Grpc(8, "100% full", details));

        var response = await _forwarding.Client.SendGrpcAsync(_forwarding.Gateway.OtlpGrpc, Compliance());

        Assert.Equal((8, "100% full"), (response.GrpcStatus, response.GrpcMessage));
        Assert.Equal(details, response.GrpcDetails);
    }

    [Fact]
    public async Task Export_UpstreamTakesAPart_ClientGetsItsMessage()
    {
        var partial = new ExportTraceServiceResponse
        {
            PartialSuccess = new ExportTracePartialSuccess { RejectedSpans = 1, ErrorMessage = "too old" },
        };
        _forwarding.Collector.AnswerWith(CollectorAnswer.Message(partial));

        var overHttp = await _forwarding.Client.SendAsync(_forwarding.Gateway.OtlpHttp, Compliance());
        var overGrpc = await _forwarding.Client.SendGrpcAsync(_forwarding.Gateway.OtlpGrpc, Compliance());

        Assert.Equal(partial, ExportTraceServiceResponse.Parser.ParseFrom(overHttp.Succeeded().Body));
        var message = GrpcFrame.Unwrap(overGrpc.Succeeded().Body, out _);
        Assert.Equal(partial, ExportTraceServiceResponse.Parser.ParseFrom(message));
    }

    [Fact]
    public async Task Export_UpstreamDropsTheConnection_ClientIsToldToRetry()
    {
        _forwarding.Collector.AnswerWith(CollectorAnswer.Abort);

        var overHttp = await _forwarding.Client.SendAsync(_forwarding.Gateway.OtlpHttp, Compliance());
        var overGrpc = await _forwarding.Client.SendGrpcAsync(_forwarding.Gateway.OtlpGrpc, Compliance());

        Assert.Equal(503, overHttp.Status);
        Assert.Contains("Retry-After", overHttp.Headers.Keys, StringComparer.OrdinalIgnoreCase);
        Assert.Equal(Unavailable, overGrpc.GrpcStatus);
    }

    private static ExportTraceServiceRequest Compliance() => TraceRequests.Of(SpanBuilder.Compliance().Build());
}
