using System.Net;
using System.Net.Http.Headers;
using KmsGateway.Proxy.Tests.Support;

namespace KmsGateway.Proxy.Tests.Forwarding;

public sealed class ForwardingTests
{
    // An empty export request with a field that nobody knows: the gateway has nothing to sign and nothing to change.
    private static readonly byte[] Message = [0x78, 0x01];

    [Theory]
    [InlineData("/v1/traces")]
    [InlineData("/v1/metrics")]
    [InlineData("/v1/logs")]
    [InlineData("/v1development/profiles")]
    public async Task Http_OnTheAllowList_ReachesTheUpstreamAsItIs(string path)
    {
        await using var upstream = await FakeUpstream.StartEchoAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.Http.PostAsync(path, Content(Message), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(path, answer.Headers.GetValues("x-path").Single());
        Assert.Equal(Message, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("trace.v1.TraceService")]
    [InlineData("metrics.v1.MetricsService")]
    [InlineData("logs.v1.LogsService")]
    [InlineData("profiles.v1development.ProfilesService")]
    public async Task Grpc_OnTheAllowList_ReachesTheUpstreamAsItIs(string service)
    {
        await using var upstream = await FakeUpstream.StartEchoAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Grpc.ExportAsync($"opentelemetry.proto.collector.{service}", Message);

        Assert.Equal(Message, answer);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("Application/X-Protobuf")]
    public async Task Http_MediaTypeInAnotherSpelling_IsTaken(string mediaType)
    {
        await using var upstream = await FakeUpstream.StartEchoAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);

        using var answer = await gateway.Http.PostAsync("/v1/metrics", content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=latin1")]
    [InlineData("application/json; profile=x")]
    [InlineData("application/grpc")]
    [InlineData(null)]
    public async Task Http_AnotherMediaType_Is415(string? mediaType)
    {
        await using var upstream = await FakeUpstream.StartEchoAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var content = new ByteArrayContent("{}"u8.ToArray());
        if (mediaType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }

        using var answer = await gateway.Http.PostAsync("/v1/traces", content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Fact]
    public async Task Upstream_RefusesOverHttp_ItsAnswerIsUntouched()
    {
        await using var upstream = await FakeUpstream.StartAsync(async context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "17";
            await context.Response.Body.WriteAsync("its own words"u8.ToArray(), context.RequestAborted);
        });
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.Http.PostAsync("/v1/logs", Content(Message), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(17), answer.Headers.RetryAfter?.Delta);
        Assert.Equal("its own words", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Upstream_RefusesOverGrpc_ItsStatusAndDetailsAreUntouched()
    {
        byte[] details = [1, 2, 3];
        await using var upstream = await FakeUpstream.StartAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "8";
            context.Response.Headers["grpc-message"] = "too much";
            context.Response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(details);
            return Task.CompletedTask;
        });
        await using var gateway = await TestGateway.StartAsync(upstream);

        var refusal = await gateway.Grpc.ExportRefusedAsync(GrpcSender.Traces, Message);

        Assert.Equal(8, (int)refusal.StatusCode);
        Assert.Equal("too much", refusal.Status.Detail);
        Assert.Equal(details, refusal.Trailers.GetValueBytes("grpc-status-details-bin"));
    }

    [Fact]
    public async Task Http_ChunkedBodyOver30MB_IsNotCutByTheServer()
    {
        var length = 0L;
        await using var upstream = await FakeUpstream.StartAsync(async context =>
        {
            context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            length = body.Length;
        });
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var content = Content(new byte[31_000_000]);

        using var answer = await gateway.Http.PostAsync("/v1/logs", content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(31_000_000, length);
    }

    private static ByteArrayContent Content(byte[] body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };
}
