using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Proxy.Tests.Management.Administration;

public sealed class AdminAccessTests
{
    private const string Secret = "an-admin-token-that-nobody-knows";

    private static readonly (HttpMethod Method, string Path, string Scope)[] Calls =
    [
        (HttpMethod.Get, "/api/admin/keys", "read"),
        (HttpMethod.Get, "/api/admin/events", "read"),
        (HttpMethod.Get, "/api/admin/tenants", "read"),
        (HttpMethod.Put, "/api/admin/tenants/globex", "tenants"),
        (HttpMethod.Delete, "/api/admin/tenants/globex", "tenants"),
        (HttpMethod.Post, "/api/admin/kms/tenants/default/rotate", "keys"),
        (HttpMethod.Post, "/api/admin/kms/keys/kid/revoke", "keys"),
        (HttpMethod.Post, "/api/admin/kms/keys/kid/shred", "keys"),
        (HttpMethod.Post, "/api/admin/decrypt", "decrypt"),
        (HttpMethod.Get, "/api/admin/audit", "read"),
        (HttpMethod.Get, "/api/admin/keys/export", "keys"),
        (HttpMethod.Post, "/api/admin/keys/import", "keys"),
        (HttpMethod.Get, "/api/admin/tenants/default", "read"),
        (HttpMethod.Post, "/api/admin/kms/validate", "keys"),
        (HttpMethod.Get, "/api/admin/kms/status", "read"),
        (HttpMethod.Get, "/api/admin/kms/cache", "read"),
        (HttpMethod.Post, "/api/admin/kms/warm-up", "keys"),
        (HttpMethod.Post, "/api/admin/kms/rotate-all-keys", "keys"),
        (HttpMethod.Get, "/api/admin/operations/none", "read"),
        (HttpMethod.Get, "/api/admin/enforcement", "read"),
        (HttpMethod.Post, "/api/admin/enforcement", "enforce"),
        (HttpMethod.Delete, "/api/admin/enforcement/default", "enforce"),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EachCall_WithoutToken_Is401AndChangesNothing()
    {
        using var log = new LogCapture();
        await using var gateway = await StartAsync(log, "read", "keys", "tenants", "enforce");

        foreach (var (method, path, _) in Calls)
        {
            foreach (var authorization in (string?[])[null, "Bearer", "Bearer wrong", $"Basic {Secret}", $"Bearer {Secret}x", $"Bearer {new string('a', 9_000)}"])
            {
                var answer = await SendAsync(gateway, method, path, authorization);
                Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
                Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
                Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            }
        }

        Assert.DoesNotContain("globex", await ReadAsync(gateway, "/api/admin/tenants"), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("read")]
    [InlineData("keys")]
    [InlineData("tenants")]
    [InlineData("enforce")]
    [InlineData("decrypt")]
    public async Task EachCall_ScopeOfAnother_Is403(string scope)
    {
        using var log = new LogCapture();
        await using var gateway = await StartAsync(log, scope);

        foreach (var (method, path, needed) in Calls)
        {
            var answer = await SendAsync(gateway, method, path, $"Bearer {Secret}");
            Assert.True((answer.StatusCode == HttpStatusCode.Forbidden) == (scope != needed), $"{method} {path}: {answer.StatusCode}");
        }
    }

    // A page in a browser on the developer's machine must not operate the gateway, under whatever name it was loaded.
    [Theory]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Host", "evil.example:8080", HttpStatusCode.Forbidden)]
    [InlineData("Host", "localhost", HttpStatusCode.OK)]
    [InlineData("Host", "[::1]:8080", HttpStatusCode.OK)]
    public async Task Development_NoTokens_WhoIsOnTheMachineMayAndAPageMayNot(string header, string value, HttpStatusCode expected)
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/admin/keys");
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await gateway.Management.SendAsync(request, Token);

        Assert.Equal(expected, answer.StatusCode);
    }

    // The other ports have no such paths.
    [Fact]
    public async Task OtherPorts_HaveNoAdminApi()
    {
        using var log = new LogCapture();
        await using var gateway = await StartAsync(log, "read");

        var answer = await SendAsync(gateway, HttpMethod.Get, new Uri(gateway.Address(GatewayListener.OtlpHttp), "/api/admin/keys").ToString(), $"Bearer {Secret}");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("""{"reason":""}""")]
    [InlineData("""{"reason":"two\nlines"}""")]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    [InlineData("""{""")]
    public async Task Rotate_WithoutAProperReason_Is400(string body)
    {
        using var log = new LogCapture();
        await using var gateway = await StartAsync(log, "keys", "read");

        var answer = await SendAsync(gateway, HttpMethod.Post, "/api/admin/kms/tenants/default/rotate", $"Bearer {Secret}", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Single(JsonNode.Parse(await ReadAsync(gateway, "/api/admin/keys"))!["keys"]!.AsArray());
    }

    [Theory]
    [InlineData("/api/admin/kms/keys/none/revoke", """{"kind":"compromise","reason":"test"}""", HttpStatusCode.NotFound)]
    [InlineData("/api/admin/kms/keys/none/revoke", """{"kind":"theft","reason":"test"}""", HttpStatusCode.BadRequest)]
    [InlineData("/api/admin/kms/keys/none/revoke", """{"kind":"superseded","reason":"test","compromisedFrom":"2026-01-01T00:00:00Z"}""", HttpStatusCode.Conflict)]
    [InlineData("/api/admin/kms/keys/none/revoke", """{"kind":"compromise","reason":"test","compromisedFrom":"2099-01-01T00:00:00Z"}""", HttpStatusCode.Conflict)]
    [InlineData("/api/admin/kms/tenants/none/rotate", """{"reason":"test"}""", HttpStatusCode.NotFound)]
    [InlineData("/api/admin/keys/import", """{"image":"","signature":""}""", HttpStatusCode.Conflict)]
    public async Task Post_WhatCannotBe_SaysSo(string path, string body, HttpStatusCode expected)
    {
        using var log = new LogCapture();
        await using var gateway = await StartAsync(log, "keys");

        var answer = await SendAsync(gateway, HttpMethod.Post, path, $"Bearer {Secret}", body);

        Assert.Equal(expected, answer.StatusCode);
        Assert.NotEmpty(JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task Tenant_AddedOverTheApi_SignsWithItsPolicyPublished()
    {
        using var log = new LogCapture();
        await using var gateway = await StartAsync(log, "keys", "read", "tenants");

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(gateway, HttpMethod.Put, "/api/admin/tenants/globex", $"Bearer {Secret}")).StatusCode);

        await Poll.UntilAsync(async () => (await SendSpanAsync(gateway, "globex")).IsSuccessStatusCode);
        Assert.Contains("globex", await ReadAsync(gateway, "/.well-known/jwks/globex.json"), StringComparison.Ordinal);
        var line = (await File.ReadAllLinesAsync(gateway.TracesFile, Token))[^1];
        Assert.Contains("audit.integrity.statement", line, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(gateway, HttpMethod.Delete, "/api/admin/tenants/globex", $"Bearer {Secret}")).StatusCode);
        await Poll.UntilAsync(async () => !(await SendSpanAsync(gateway, "globex")).IsSuccessStatusCode);
    }

    private static async Task<HttpResponseMessage> SendSpanAsync(TestGateway gateway, string tenant)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/traces")
        {
            Content = new StringContent(
                """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"n","startTimeUnixNano":"1","endTimeUnixNano":"2","attributes":[{"key":"compliance.framework","value":{"stringValue":"x"}}]}]}]}]}""",
                Encoding.UTF8,
                "application/json"),
        };
        request.Headers.Add("X-Scope-OrgID", tenant);
        return await gateway.Http.SendAsync(request, Token);
    }

    private static async Task<string> ReadAsync(TestGateway gateway, string path)
    {
        var answer = await SendAsync(gateway, HttpMethod.Get, path, $"Bearer {Secret}");
        return await answer.Content.ReadAsStringAsync(Token);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        TestGateway gateway, HttpMethod method, string path, string? authorization, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        }

        return await gateway.Management.SendAsync(request, Token);
    }

    private static Task<TestGateway> StartAsync(LogCapture log, params string[] scopes) => TestGateway.StartAsync(
        builder => builder.Logging.AddProvider(log),
        [
            "--EmbeddedSink:Enabled=true",
            "--Admin:Tokens:0:Name=test",
            $"--Admin:Tokens:0:Hash={Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)))}",
            .. scopes.Select((scope, i) => $"--Admin:Tokens:0:Scopes:{i}={scope}"),
        ]);
}
