using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using KmsGateway.Proxy.Rejections;
using KmsGateway.Proxy.Tests.Support;

namespace KmsGateway.Proxy.Tests.Rejections;

public sealed class RejectionTests
{
    private const string Message = "Dépense 100 % \"now\"\n";

    [Theory]
    [InlineData("KeyUnavailable", 503, 14, 5)]
    [InlineData("Undecodable", 400, 3, null)]
    [InlineData("Unauthenticated", 401, 16, null)]
    [InlineData("CredentialUnchecked", 503, 14, 5)]
    [InlineData("TenantNotAllowed", 403, 7, null)]
    [InlineData("TenantBlocked", 503, 14, 30)]
    [InlineData("TooLarge", 413, 8, null)]
    [InlineData("UnsupportedCoding", 415, 12, null)]
    [InlineData("UnknownService", 404, 12, null)]
    [InlineData("Busy", 503, 14, 2)]
    [InlineData("TooSlow", 503, 14, 5)]
    [InlineData("UpstreamUnavailable", 503, 14, 2)]
    [InlineData("Unexpected", 503, 14, 5)]
    public async Task WriteAsync_EachReason_IsSaidInTheProtocolOfTheRequest(string reason, int http, int grpc, int? retryAfter)
    {
        await using var server = await FakeUpstream.StartAsync(context =>
            Rejection.WriteAsync(context, Enum.Parse<RejectionReason>(reason), Message));
        using var sender = new GrpcSender(server.Grpc);

        var refusal = await sender.ExportRefusedAsync(GrpcSender.Traces, new byte[100_000]);
        Assert.Equal(grpc, (int)refusal.StatusCode);
        Assert.Equal(Message, refusal.Status.Detail);
        Assert.Equal(new DecodedStatus(grpc, Message, retryAfter), DecodedStatus.Of(refusal));

        using var protobuf = await PostAsync(server.Http, "application/x-protobuf");
        Assert.Equal(http, (int)protobuf.StatusCode);
        Assert.Equal(retryAfter, protobuf.Headers.RetryAfter?.Delta?.TotalSeconds);
        Assert.Equal("application/x-protobuf", protobuf.Content.Headers.ContentType?.ToString());
        Assert.Equal(new DecodedStatus(grpc, Message, retryAfter), DecodedStatus.Parse(await BodyAsync(protobuf)));

        using var json = await PostAsync(server.Http, "application/json");
        Assert.Equal(http, (int)json.StatusCode);
        var status = JsonDocument.Parse(await BodyAsync(json)).RootElement;
        Assert.Equal(Message, status.GetProperty("message").GetString());
        Assert.Equal(retryAfter is not null, status.TryGetProperty("details", out var details));
        if (retryAfter is not null)
        {
            Assert.Equal($"{retryAfter}s", details[0].GetProperty("retryDelay").GetString());
        }
    }

    [Fact]
    public async Task WriteAsync_UnsupportedCoding_NamesTheCodings()
    {
        await using var server = await FakeUpstream.StartAsync(context =>
            Rejection.WriteAsync(context, RejectionReason.UnsupportedCoding, "Send gzip or none."));

        using var grpc = await PostAsync(server.Grpc, "application/grpc", HttpVersion.Version20);
        using var http = await PostAsync(server.Http, "application/json");

        Assert.Equal("identity,gzip,deflate,zstd", grpc.Headers.GetValues("grpc-accept-encoding").Single());
        Assert.Equal("gzip,deflate,zstd", http.Headers.GetValues("Accept-Encoding").Single());
    }

    [Fact]
    public async Task WriteAsync_GrpcBodyThatNeverEnds_AnswersAllTheSame()
    {
        await using var server = await FakeUpstream.StartAsync(context =>
            Rejection.WriteAsync(context, RejectionReason.UnknownService, "No."));
        using var client = new HttpClient { Timeout = TestTime.Limit };
        using var endless = new EndlessContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Grpc, "/some.Service/Stream"))
        {
            Content = endless,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        Assert.Equal("12", answer.Headers.GetValues("grpc-status").Single());
    }

    private static async Task<HttpResponseMessage> PostAsync(Uri server, string mediaType, Version? version = null)
    {
        using var client = new HttpClient
        {
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var content = new ByteArrayContent([1]);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return await client.PostAsync(server, content, TestContext.Current.CancellationToken);
    }

    private static Task<byte[]> BodyAsync(HttpResponseMessage answer) =>
        answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
}
