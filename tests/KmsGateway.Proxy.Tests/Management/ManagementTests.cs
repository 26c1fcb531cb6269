using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Dapper;
using KmsGateway.Cryptography;
using KmsGateway.Proxy.Protection;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

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
    public async Task Policy_Fetched_IsCacheableForEver()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        var path = PolicyPath(gateway.Services.GetRequiredService<SigningPolicies>().Current.Of("default").Signing.Id);

        using var answer = await gateway.Management.GetAsync(path, TestContext.Current.CancellationToken);
        using var again = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { answer.Headers.ETag! } } };
        using var known = await gateway.Management.SendAsync(again, TestContext.Current.CancellationToken);

        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl?.ToString());
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
    }

    [Theory]
    [InlineData("AAECAwQFBgcICQoLDA0ODw", HttpStatusCode.ServiceUnavailable, 1)]
    [InlineData("AAECAwQFBgcICQoLDA0ODx", HttpStatusCode.NotFound, 0)]
    [InlineData("AAECAwQFBgcICQoLDA0OD", HttpStatusCode.NotFound, 0)]
    [InlineData("AAECAwQFBgcICQoLDA0ODw%3D%3D", HttpStatusCode.NotFound, 0)]
    [InlineData("%27%20OR%201=1%20--", HttpStatusCode.NotFound, 0)]
    public async Task Policy_StoreThatCannotBeRead_IsAskedForPossibleNamesOnly(string name, HttpStatusCode expected, int logged)
    {
        var log = new LogCapture();
        await using var gateway = await TestGateway.StartAsync(
            builder => builder.Logging.AddProvider(log), "--EmbeddedSink:Enabled=true", "--Logging:LogLevel:Default=Warning");
        await using (var database = new SqliteConnection($"Data Source={gateway.KeyStoreFile}"))
        {
            await database.ExecuteAsync("DROP TABLE policy");
        }

        using var answer = await gateway.Management.GetAsync(PolicyPath(name), TestContext.Current.CancellationToken);
        using var inEffect = await gateway.Management.GetAsync(
            PolicyPath(gateway.Services.GetRequiredService<SigningPolicies>().Current.Of("default").Signing.Id), TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Null(answer.Headers.CacheControl);
        Assert.Equal(logged, log.Count(4050));
        Assert.Equal(HttpStatusCode.OK, inEffect.StatusCode);
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
        await gateway.WaitUntilReadyAsync();

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

    private static string PolicyPath(string name) => $"/.well-known/kmsgateway-policies/{name}";
}
