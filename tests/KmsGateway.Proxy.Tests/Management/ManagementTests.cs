using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using KmsGateway.Cryptography;
using KmsGateway.Proxy.Tests.Support;

namespace KmsGateway.Proxy.Tests.Management;

public sealed class ManagementTests
{
    [Fact]
    public async Task TrustFile_Fetched_VerifiesAndIsCacheable()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();

        using var answer = await gateway.Management.GetAsync("/.well-known/jwks.json", TestContext.Current.CancellationToken);
        var json = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Contains(TrustFile.Parse(json).Chain.Keys, key => key.Tenant == "default");
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(json))}\"", answer.Headers.ETag?.ToString());
        Assert.Equal("public, max-age=60", answer.Headers.CacheControl?.ToString());
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("\"other\", W/{0}")]
    [InlineData("*")]
    public async Task TrustFile_KnownToTheCaller_Is304(string ifNoneMatch)
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        using var first = await gateway.Management.GetAsync("/.well-known/jwks.json", TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/jwks.json");
        var tags = ifNoneMatch.Replace("{0}", first.Headers.ETag!.ToString(), StringComparison.Ordinal);
        request.Headers.TryAddWithoutValidation("If-None-Match", tags);

        using var second = await gateway.Management.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
    }

    [Fact]
    public async Task KeySet_OfATenant_IsItsOwn()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();

        using var known = await gateway.Management.GetAsync("/.well-known/jwks/default.json", TestContext.Current.CancellationToken);
        using var unknown = await gateway.Management.GetAsync("/.well-known/jwks/nobody.json", TestContext.Current.CancellationToken);

        var keySet = await known.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"tenant\":\"default\"", keySet, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("application/problem+json", unknown.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Head_OfAnyPage_HasTheHeadersOnly()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();

        foreach (var path in (string[])["/health/ready", "/.well-known/jwks.json"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, path);
            using var answer = await gateway.Management.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(answer.Content.Headers.ContentLength > 0);
        }
    }

    [Theory]
    [InlineData("POST", "/health/live")]
    [InlineData("POST", "/metrics")]
    [InlineData("DELETE", "/.well-known/jwks.json")]
    [InlineData("GET", "/")]
    [InlineData("GET", "/api/unknown")]
    public async Task AnythingElse_Is404(string method, string path)
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await gateway.Management.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Metrics_AskedForAsOpenMetrics_AreServed()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/q/metrics");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text; version=1.0.0"));

        using var answer = await gateway.Management.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("application/openmetrics-text", answer.Content.Headers.ContentType?.MediaType);
    }
}
