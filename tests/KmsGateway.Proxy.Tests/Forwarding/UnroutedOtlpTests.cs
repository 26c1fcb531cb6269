using System.Net;
using System.Text.Json;
using Grpc.Core;
using KmsGateway.Proxy.Tests.Support;

namespace KmsGateway.Proxy.Tests.Forwarding;

public sealed class UnroutedOtlpTests
{
    [Theory]
    [InlineData("opentelemetry.proto.experimental.arrow.v1.ArrowTracesService", "ArrowTraces")]
    [InlineData("opentelemetry.proto.collector.trace.v1.TraceService", "Import")]
    [InlineData("grpc.reflection.v1.ServerReflection", "ServerReflectionInfo")]
    public async Task Grpc_NotOnTheAllowList_IsUnimplemented(string service, string method)
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();

        var refusal = await gateway.Grpc.ExportRefusedAsync(service, [], method);

        Assert.Equal(StatusCode.Unimplemented, refusal.StatusCode);
        Assert.Null(DecodedStatus.Of(refusal).RetryDelay);
    }

    [Fact]
    public async Task Http_NotOnTheAllowList_Is404WithStatus()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        using var content = new StringContent("{}", mediaType: new("application/json"));

        using var answer = await gateway.Http.PostAsync("/v1/profiles", content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(12, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .RootElement.GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("OPTIONS")]
    public async Task Http_AnotherMethod_Is405ThatAllowsPost(string method)
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v1/traces");

        using var answer = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["POST"], answer.Content.Headers.Allow);
    }
}
