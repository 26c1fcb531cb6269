using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Grpc.Core;
using KmsGateway.Proxy.Tests.Support;

namespace KmsGateway.Proxy.Tests.Forwarding;

public sealed class ErrorNormalizerTests
{
    [Fact]
    public async Task Http_NobodyListens_Is503WithRetryAfterInTheSendersMediaType()
    {
        using var nowhere = new FreeAddress();
        await using var gateway = await TestGateway.StartAsync(TestGateway.Upstreams(nowhere.Uri, nowhere.Uri));

        using var json = await SendAsync(gateway, "application/json");
        using var protobuf = await SendAsync(gateway, "application/x-protobuf");

        await AssertRetryableAsync(json, body => JsonDocument.Parse(body).RootElement.GetProperty("code").GetInt32());
        await AssertRetryableAsync(protobuf, body => DecodedStatus.Parse(body).Code);
    }

    [Fact]
    public async Task Grpc_NobodyListens_IsUnavailableWithRetryInfo()
    {
        using var nowhere = new FreeAddress();
        await using var gateway = await TestGateway.StartAsync(TestGateway.Upstreams(nowhere.Uri, nowhere.Uri));

        var refusal = await gateway.Grpc.ExportRefusedAsync(GrpcSender.Traces, []);

        Assert.Equal(StatusCode.Unavailable, refusal.StatusCode);
        var status = DecodedStatus.Of(refusal);
        Assert.Equal(14, status.Code);
        Assert.Equal(refusal.Status.Detail, status.Message);
        Assert.Equal(2, status.RetryDelay);
        Assert.DoesNotContain($"{nowhere.Uri.Port}", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upstream_Resets_IsRetryableInBothProtocols()
    {
        await using var upstream = await FakeUpstream.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var http = await SendAsync(gateway, "application/json");
        var grpc = await gateway.Grpc.ExportRefusedAsync(GrpcSender.Traces, []);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, http.StatusCode);
        Assert.Equal(StatusCode.Unavailable, grpc.StatusCode);
        Assert.NotNull(DecodedStatus.Of(grpc).RetryDelay);
    }

    [Fact]
    public async Task Upstream_NeverAnswers_IsRetryableAfterTheActivityTimeout()
    {
        await using var upstream = await FakeUpstream.StartAsync(context =>
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        await using var gateway = await TestGateway.StartAsync(
            upstream,
            "--ReverseProxy:Clusters:otlp-http:HttpRequest:ActivityTimeout=00:00:00.2");

        using var answer = await SendAsync(gateway, "application/json");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    private static async Task<HttpResponseMessage> SendAsync(TestGateway gateway, string mediaType)
    {
        using var content = new ByteArrayContent(mediaType == "application/json" ? "{}"u8.ToArray() : []);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return await gateway.Http.PostAsync("/v1/traces", content, TestContext.Current.CancellationToken);
    }

    private static async Task AssertRetryableAsync(HttpResponseMessage answer, Func<byte[], int> codeOf)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter?.Delta);
        Assert.Equal(answer.RequestMessage?.Content?.Headers.ContentType, answer.Content.Headers.ContentType);
        Assert.Equal(14, codeOf(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
    }
}
