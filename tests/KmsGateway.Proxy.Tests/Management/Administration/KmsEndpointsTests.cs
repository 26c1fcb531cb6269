using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Protection;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Traces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace KmsGateway.Proxy.Tests.Management.Administration;

public sealed class KmsEndpointsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Validate_KmsWell_TriesAllStepsAndKeepsNothing()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();

        var answer = await PostAsync(gateway, "/api/admin/kms/validate");

        Assert.True(answer["valid"]!.GetValue<bool>());
        Assert.Equal(
            ["generate", "wrap", "unwrap", "sign", "retrieve-miss", "retrieve-hit"],
            answer["steps"]!.AsArray().Select(step => step!["step"]!.GetValue<string>()));
        Assert.All(answer["steps"]!.AsArray(), step => Assert.Equal("ok", step!["status"]!.GetValue<string>()));
        Assert.All(answer["steps"]!.AsArray(), step => Assert.True(step!["milliseconds"]!.GetValue<double>() > 0));
        Assert.Single((await GetAsync(gateway, "/api/admin/keys"))["keys"]!.AsArray());
    }

    [Fact]
    public async Task Validate_KmsAway_SaysWhichStepsAndWhatToDo()
    {
        using var folder = new TemporaryFolder();
        var masterKey = Path.Combine(folder.Path, "master.key");
        await using var gateway = await TestGateway.StartAsync("--EmbeddedSink:Enabled=true", $"--Kms:Local:MasterKeyFile={masterKey}");
        File.Delete(masterKey);

        var answer = await PostAsync(gateway, "/api/admin/kms/validate");

        Assert.False(answer["valid"]!.GetValue<bool>());
        var failed = answer["steps"]!.AsArray().First(step => step!["status"]!.GetValue<string>() == "failed")!;
        Assert.NotEmpty(failed["recommendation"]!.GetValue<string>());
        Assert.DoesNotContain(folder.Path, answer.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_AndCache_TellWhatIsThere()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        await SendAsync(gateway);

        var status = (await GetAsync(gateway, "/api/admin/kms/status"))["kms"]!;
        var cache = await GetAsync(gateway, "/api/admin/kms/cache");

        Assert.Equal(("local", "closed", 1), (status["provider"]!.GetValue<string>(), status["circuits"]![0]!["state"]!.GetValue<string>(), status["tenants"]!.GetValue<int>()));
        Assert.Equal(0, status["overdueKeys"]!.GetValue<int>());
        var key = Assert.Single(cache["keys"]!.AsArray())!;
        Assert.Equal(("default", true), (key["tenant"]!.GetValue<string>(), key["isUsed"]!.GetValue<bool>()));
        Assert.Equal(3_600, cache["cache"]!["lifetimeSeconds"]!.GetValue<double>());
    }

    [Fact]
    public async Task RotateAll_DryRunAndThenDone_GivesEachTenantANewKey()
    {
        await using var gateway = await TestGateway.StartAsync("--EmbeddedSink:Enabled=true", "--Tenancy:Tenants:1=acme");

        var plan = await PostAsync(gateway, "/api/admin/kms/rotate-all-keys?dryRun", """{"reason":"drill"}""");
        Assert.Equal(["acme", "default"], plan["tenants"]!.AsArray().Select(tenant => tenant!.GetValue<string>()));
        Assert.Equal(2, (await GetAsync(gateway, "/api/admin/keys"))["keys"]!.AsArray().Count);

        using var started = await SendAsync(gateway, "/api/admin/kms/rotate-all-keys", """{"reason":"drill"}""");
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        await Poll.UntilAsync(async () =>
            (await GetAsync(gateway, started.Headers.Location!.OriginalString))["state"]!.GetValue<string>() == "succeeded");

        var stages = (await GetAsync(gateway, "/api/admin/keys"))["keys"]!.AsArray().Select(key => key!["stage"]!.GetValue<string>()).Order();
        Assert.Equal(["active", "active", "retired", "retired"], stages);
    }

    [Fact]
    public async Task Post_TheSameIdempotencyKey_IsDoneOnce()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        const string Path = "/api/admin/kms/tenants/default/rotate";

        using var first = await SendAsync(gateway, Path, """{"reason":"drill"}""", "once");
        using var again = await SendAsync(gateway, Path, """{"reason":"drill"}""", "once");
        using var other = await SendAsync(gateway, Path, """{"reason":"another"}""", "once");

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(Token), await again.Content.ReadAsStringAsync(Token));
        Assert.True(again.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Equal(2, (await GetAsync(gateway, "/api/admin/keys"))["keys"]!.AsArray().Count);
    }

    [Fact]
    public async Task Enforcement_SetAside_GoesBackByItself()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var overrides = new EnforcementOverrides(time);
        await using var gateway = await TestGateway.StartAsync(
            builder => builder.Services.Replace(ServiceDescriptor.Singleton(overrides)), "--EmbeddedSink:Enabled=true");
        var policies = gateway.Services.GetRequiredService<SigningPolicies>();

        // The endpoint reckons with the gateway's clock; the end is told by the one of the test.
        overrides.Set(new EnforcementOverride("default", EnforcementMode.Observe, "test", "drill", time.GetUtcNow() + TimeSpan.FromHours(1)));
        await Poll.UntilAsync(() => policies.Current.Of("default").Mode == EnforcementMode.Observe);

        time.Advance(TimeSpan.FromHours(1));
        await Poll.UntilAsync(() => policies.Current.Of("default").Mode == EnforcementMode.Enforce);
        Assert.Empty(overrides.Current);
    }

    [Theory]
    [InlineData("""{"tenant":"default","mode":"observe","reason":"drill","ttl":"01:00:00"}""", HttpStatusCode.OK)]
    [InlineData("""{"tenant":"default","mode":"observe","reason":"drill","ttl":"04:00:01"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"tenant":"default","mode":"observe","reason":"drill","ttl":"-01:00:00"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"tenant":"default","mode":"observe","reason":"drill"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"tenant":"default","mode":"off","reason":"drill","ttl":"01:00:00"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"tenant":"default","mode":"observe","ttl":"01:00:00"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"tenant":"globex","mode":"observe","reason":"drill","ttl":"01:00:00"}""", HttpStatusCode.NotFound)]
    public async Task Enforcement_Post_TakesWhatIsBounded(string body, HttpStatusCode expected)
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();

        using var answer = await SendAsync(gateway, "/api/admin/enforcement", body);

        Assert.Equal(expected, answer.StatusCode);
        var listed = (await GetAsync(gateway, "/api/admin/enforcement"))["enforcement"]!.AsArray();
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, listed.Count);
    }

    private static async Task SendAsync(TestGateway gateway)
    {
        using var client = new OtlpClient();
        (await client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), TraceRequests.Mixed(1, 0))).Succeeded();
    }

    private static async Task<HttpResponseMessage> SendAsync(TestGateway gateway, string path, string body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")) };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await gateway.Management.SendAsync(request, Token);
    }

    private static async Task<JsonNode> PostAsync(TestGateway gateway, string path, string body = "{}")
    {
        using var answer = await SendAsync(gateway, path, body);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!;
    }

    private static async Task<JsonNode> GetAsync(TestGateway gateway, string path) =>
        (await gateway.Management.GetFromJsonAsync<JsonNode>(path, Token))!;
}
