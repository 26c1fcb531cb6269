using System.Security.Cryptography;
using System.Text;
using KmsGateway.Proxy.Rejections;
using KmsGateway.Proxy.Tenancy;
using KmsGateway.Proxy.Tenancy.Credentials;
using KmsGateway.Proxy.Tests.Configuration;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Proxy.Tests.Tenancy;

public sealed class ApiKeyTests : IAsyncLifetime
{
    private const string Acme = "k-acme-Zm9vYmFyYmF6cXV4MDEyMw";
    private const string Both = "k-both-Zm9vYmFyYmF6cXV4MDEyMw";
    private const string All = "k-all-Zm9vYmFyYmF6cXV4MDEyMw";

    private const string Colons = "k-colons-Zm9vYmFyYmF6cXV4MDEyMw";

    private TenancyFixture _fixture = null!;
    private OtlpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _fixture = await TenancyFixture.StartAsync((_, _) =>
        [
            .. Key(0, Acme, "acme"),
            .. Key(1, Both, "acme", "globex"),
            .. Key(2, All, "*"),
            .. Key(3, Colons, "initech").Select(setting => setting.Replace(HashOf(Colons), WithColons(HashOf(Colons)), StringComparison.Ordinal)),
        ]);
        _client = new OtlpClient(_fixture.Certificates.Tls());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task Send_KeyOfOneTenant_IsSignedForItAndTheKeyGoesNoFurther()
    {
        Assert.Equal("acme credential", await _fixture.AcceptedAsync(_client, ("X-Api-Key", Acme)));

        Assert.All(_fixture.Collector.Requests, request => Assert.False(request.Headers.ContainsKey("X-Api-Key")));
    }

    [Theory]
    [InlineData(Acme, "acme", "acme credential")]
    [InlineData(Both, "acme", "acme header")]
    [InlineData(Both, "globex", "globex header")]
    [InlineData(All, "initech", "initech header")]
    [InlineData(Colons, "initech", "initech credential")]
    public async Task Send_TenantOfTheListNamed_IsThatOne(string key, string tenant, string expected)
    {
        Assert.Equal(expected, await _fixture.AcceptedAsync(_client, ("X-Api-Key", key), ("X-Scope-OrgID", tenant)));

        Assert.All(_fixture.Collector.Requests, request => Assert.Equal(tenant, request.Headers["X-Scope-OrgID"]));
    }

    // Not allowed, not there, misspelled, empty: one answer for all, or the names of tenants could be tried out.
    [Theory]
    [InlineData(Acme, "globex")]
    [InlineData(Both, "initech")]
    [InlineData(Both, "nobody")]
    [InlineData(Both, "")]
    [InlineData(Both, "ACME")]
    [InlineData(Both, "acme,globex")]
    [InlineData(Both, "*")]
    [InlineData(All, "nobody")]
    [InlineData(All, "*")]
    public Task Send_AnotherTenantNamed_Is403(string key, string tenant) =>
        _fixture.RefusedAsync(_client, 403, ("X-Api-Key", key), ("X-Scope-OrgID", tenant));

    [Fact]
    public Task Send_TenantNamedTwice_Is403() =>
        _fixture.RefusedAsync(_client, 403, ("X-Api-Key", Both), ("X-Scope-OrgID", "acme"), ("X-Scope-OrgID", "globex"));

    [Theory]
    [InlineData(Both)]
    [InlineData(All)]
    public Task Send_SeveralTenantsAndNoneNamed_Is403(string key) => _fixture.RefusedAsync(_client, 403, ("X-Api-Key", key));

    [Theory]
    [InlineData("")]
    [InlineData("k-acme-Zm9vYmFyYmF6cXV4MDEyM")]
    [InlineData("k-acme-Zm9vYmFyYmF6cXV4MDEyMw=")]
    [InlineData("K-ACME-ZM9VYMFYYMF6CXV4MDEYMW")]
    [InlineData("*")]
    public Task Send_AnotherKey_Is401(string key) => _fixture.RefusedAsync(_client, 401, ("X-Api-Key", key));

    [Fact]
    public Task Send_HashInPlaceOfTheKey_Is401() => _fixture.RefusedAsync(_client, 401, ("X-Api-Key", HashOf(Acme)));

    [Fact]
    public Task Send_TwoKeys_Is401() => _fixture.RefusedAsync(_client, 401, ("X-Api-Key", Acme), ("X-Api-Key", Acme));

    [Fact]
    public Task Send_NoKey_Is401() => _fixture.RefusedAsync(_client, 401, ("X-Scope-OrgID", "acme"));

    [Theory]
    [InlineData("Authorization", "Bearer " + Acme)]
    [InlineData("Authorization", "ApiKey " + Acme)]
    [InlineData("Cookie", "X-Api-Key=" + Acme)]
    [InlineData("X-Forwarded-Client-Cert", "Hash=00;URI=spiffe://example.org/acme")]
    [InlineData("X-Client-Cert", "acme")]
    [InlineData("X-Forwarded-User", "acme")]
    public Task Send_KeyOrNameInAnotherPlace_Is401(string name, string value) => _fixture.RefusedAsync(_client, 401, (name, value));

    [Fact]
    public async Task Reload_ChangedKeys_AreTakenAndBrokenOnesAreNot()
    {
        const string Next = "k-next-Zm9vYmFyYmF6cXV4MDEyMw";
        var log = new LogCapture();
        await using var collector = await RecordingCollector.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            builder =>
            {
                builder.Logging.AddProvider(log);
                builder.Configuration.AddInMemoryCollection(
                    Key(0, Acme, "default").Select(setting => setting[2..].Split('=')).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])));
            },
            [.. TestGateway.Upstreams(collector.GrpcAddress, collector.HttpAddress), "--Logging:LogLevel:Default=Error"]);

        Assert.Equal((200, 401), (await StatusAsync(gateway, Acme), await StatusAsync(gateway, Next)));
        Change(gateway, HashOf(Next));
        Assert.Equal((401, 200), (await StatusAsync(gateway, Acme), await StatusAsync(gateway, Next)));
        Change(gateway, "not a hash");
        await log.WaitForAsync(4070);
        Assert.Equal((401, 200), (await StatusAsync(gateway, Acme), await StatusAsync(gateway, Next)));
        Assert.DoesNotContain("not a hash", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_FirstKey_IsAskedForFromThenOn()
    {
        await using var collector = await RecordingCollector.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            builder => builder.Configuration.AddInMemoryCollection(), TestGateway.Upstreams(collector.GrpcAddress, collector.HttpAddress));
        Assert.Equal(200, await StatusAsync(gateway, "none"));

        ConfigurationChange.Apply(gateway, [.. Key(0, Acme, "default").Select(setting => setting[2..].Split('=')).Select(pair => (pair[0], pair[1]))]);

        Assert.Equal((200, 401), (await StatusAsync(gateway, Acme), await StatusAsync(gateway, "none")));
    }

    [Fact]
    public async Task Reload_FirstKeyWhereItWouldCrossTheNetworkInPlainText_IsNotTaken()
    {
        var log = new LogCapture();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Kestrel:Endpoints:OtlpGrpc:Url"] = "https://*:4317",
            ["Kestrel:Endpoints:OtlpHttp:Url"] = "http://*:4318",
            ["Tenancy:Tenants:0"] = "acme",
        }).Build();
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<IHostEnvironment>(new ProductionEnvironment())
            .AddLogging(logging => logging.AddProvider(log))
            .AddSingleton<ApiKeyCheck>()
            .AddOptions<TenancyOptions>().BindConfiguration(TenancyOptions.Section).Services
            .BuildServiceProvider();
        var check = services.GetRequiredService<ApiKeyCheck>();

        foreach (var (key, value) in Key(0, Acme, "acme").Select(setting => setting[2..].Split('=')).Select(pair => (pair[0], pair[1])))
        {
            configuration[key] = value;
        }

        configuration.Reload();

        Assert.False(check.IsConfigured);
        Assert.Contains("OtlpHttp:Url takes secrets from other machines in plain text", log.Text, StringComparison.Ordinal);
    }

    // Else a key that was taken away in the moment of the start would be valid until the next change.
    [Fact]
    public async Task Start_KeysChangeWhileTheyAreRead_AreThoseOfTheChange()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            Key(0, Acme, "acme").Append("--Tenancy:Tenants:0=acme").Select(setting => setting[2..].Split('='))
                .Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1]))).Build();
        var hasChanged = false;
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<IHostEnvironment>(new ProductionEnvironment())
            .AddLogging()
            .AddSingleton<ApiKeyCheck>()
            .AddOptions<TenancyOptions>().BindConfiguration(TenancyOptions.Section).Validate(_ => ChangeOnce()).Services
            .BuildServiceProvider();

        var check = services.GetRequiredService<ApiKeyCheck>();

        await Assert.ThrowsAsync<RejectionException>(() => CheckAsync(Acme));
        Assert.NotNull(await CheckAsync(Both));

        bool ChangeOnce()
        {
            if (!hasChanged)
            {
                hasChanged = true;
                configuration["Tenancy:ApiKeys:0:Hash"] = HashOf(Both);
                configuration.Reload();
            }

            return true;
        }

        async Task<TenantAllowList?> CheckAsync(string key) =>
            await check.CheckAsync(new DefaultHttpContext { Request = { Headers = { [ApiKeyCheck.Header] = key } } });
    }

    internal static string[] Key(int index, string key, params string[] tenants) =>
    [
        $"--Tenancy:ApiKeys:{index}:Name=key {index}",
        $"--Tenancy:ApiKeys:{index}:Hash={HashOf(key)}",
        .. tenants.Select((tenant, i) => $"--Tenancy:ApiKeys:{index}:Tenants:{i}={tenant}"),
    ];

    private static string WithColons(string hash) => string.Join(':', hash.Chunk(2).Select(pair => new string(pair)));

    private static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static void Change(TestGateway gateway, string hash) => ConfigurationChange.Apply(gateway, ("Tenancy:ApiKeys:0:Hash", hash));

    private static async Task<int> StatusAsync(TestGateway gateway, string key)
    {
        using var client = new OtlpClient();
        return (await client.PostAsync(
            gateway.Address(KmsGateway.Proxy.Listeners.GatewayListener.OtlpHttp), OtlpClient.TracesPath, [], OtlpClient.Protobuf, null, ("X-Api-Key", key))).Status;
    }
}
