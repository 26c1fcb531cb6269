using Dapper;
using KmsGateway.Keys;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace KmsGateway.Proxy.Tests.Tenancy;

public sealed class JwtTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private TenancyFixture _fixture = null!;
    private OtlpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _fixture = await TenancyFixture.StartAsync((_, folder) =>
        {
            File.WriteAllText(folder["keys.json"], _issuer.PublicKeys);
            return
            [
                $"--Tenancy:Jwt:SigningKeys={folder["keys.json"]}",
                $"--Tenancy:Jwt:Issuer={TestIssuer.Issuer}",
                $"--Tenancy:Jwt:Audience={TestIssuer.Audience}",
            ];
        });
        _client = new OtlpClient(_fixture.Certificates.Tls());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _fixture.DisposeAsync();
        _issuer.Dispose();
    }

    [Fact]
    public async Task Send_TokenOfOneTenant_IsSignedForItAndTheTokenGoesNoFurther()
    {
        Assert.Equal("acme credential", await _fixture.AcceptedAsync(_client, Bearer(_issuer.Token("acme"))));

        Assert.All(_fixture.Collector.Requests, request => Assert.False(request.Headers.ContainsKey("Authorization")));
    }

    [Fact]
    public async Task Send_TokenOfSeveralTenants_IsTheOneNamed()
    {
        var token = Bearer(_issuer.Token((string[])["acme", "globex", "elsewhere"]));

        Assert.Equal("globex header", await _fixture.AcceptedAsync(_client, token, ("X-Scope-OrgID", "globex")));
        await _fixture.RefusedAsync(_client, 403, token);
        await _fixture.RefusedAsync(_client, 403, token, ("X-Scope-OrgID", "initech"));
        await _fixture.RefusedAsync(_client, 403, token, ("X-Scope-OrgID", "elsewhere"));
    }

    [Fact]
    public async Task Send_AudienceAmongSeveral_IsTaken() =>
        Assert.Equal(
            "acme credential",
            await _fixture.AcceptedAsync(_client, Bearer(_issuer.Token("acme", audience: new[] { "tempo", TestIssuer.Audience }))));

    // A clock may be wrong by a minute.
    [Fact]
    public async Task Send_TokenThatRanOutAMomentAgo_IsTaken() =>
        Assert.Equal("acme credential", await _fixture.AcceptedAsync(_client, Bearer(_issuer.Token("acme", expires: TimeSpan.FromSeconds(-20)))));

    public static TheoryData<string> BadTokens =>
    [
        "another audience", "no audience", "another issuer", "another key", "another key of that id", "expired", "no expiry", "not yet",
        "alg none", "alg None", "unsigned ES256", "HS256 with the public key", "HS256 with the empty key", "cut", "changed", "empty", "basic", "garbage",
    ];

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task Send_BadToken_Is401(string what)
    {
        using var stranger = new TestIssuer { KeyId = "key-2" };
        using var twin = new TestIssuer();
        var good = _issuer.Token("acme");
        var authorization = what switch
        {
            "another audience" => "Bearer " + _issuer.Token("acme", audience: "tempo"),
            "no audience" => "Bearer " + _issuer.Token("acme", audience: Array.Empty<string>()),
            "another issuer" => "Bearer " + _issuer.Token("acme", issuer: "https://login.example.com"),
            "another key" => "Bearer " + stranger.Token("acme"),
            "another key of that id" => "Bearer " + twin.Token("acme"),
            "expired" => "Bearer " + _issuer.Token("acme", expires: TimeSpan.FromMinutes(-2)),
            "no expiry" => "Bearer " + _issuer.Token("acme", expires: Timeout.InfiniteTimeSpan),
            "not yet" => "Bearer " + _issuer.Token("acme", notBefore: TimeSpan.FromMinutes(5)),
            "alg none" => "Bearer " + TestIssuer.Unsigned(good),
            "alg None" => "Bearer " + TestIssuer.Unsigned(good, "None"),
            "unsigned ES256" => "Bearer " + TestIssuer.Unsigned(good, "ES256"),
            "HS256 with the public key" => "Bearer " + _issuer.Token("acme", credentials: Shared(_issuer.PublicKeyPem)),
            "HS256 with the empty key" => "Bearer " + _issuer.Token("acme", credentials: Shared(new byte[32])),
            "cut" => "Bearer " + good[..^3],
            "changed" => "Bearer " + string.Join('.', good.Split('.')[0], _issuer.Token("globex").Split('.')[1], good.Split('.')[2]),
            "empty" => "Bearer ",
            "basic" => "Basic " + good,
            _ => "Bearer eyJ.eyJ.x",
        };

        await _fixture.RefusedAsync(_client, 401, ("Authorization", authorization));
        await _fixture.RefusedAsync(_client, 401, ("Authorization", authorization), ("X-Scope-OrgID", "acme"));
    }

    public static TheoryData<string> ClaimsThatNameNobody => ["missing", "number", "object", "null", "star", "unknown", "two in one text", "other claim"];

    [Theory]
    [MemberData(nameof(ClaimsThatNameNobody))]
    public async Task Send_GoodTokenThatNamesNoTenant_Is403(string what)
    {
        var token = what switch
        {
            "missing" => _issuer.Token("acme", claim: "groups"),
            "number" => _issuer.Token(1),
            "object" => _issuer.Token(new { name = "acme" }),
            "null" => _issuer.Token(null),
            "star" => _issuer.Token("*"),
            "unknown" => _issuer.Token("nobody"),
            "two in one text" => _issuer.Token("acme globex"),
            _ => _issuer.Token("acme", claim: "Tenants"),
        };

        await _fixture.RefusedAsync(_client, 403, Bearer(token));
        await _fixture.RefusedAsync(_client, 403, Bearer(token), ("X-Scope-OrgID", "acme"));
    }

    // Its spans would go on as nobody's, unsigned, until its policy is published.
    [Fact]
    public async Task Send_TokenOfATenantThatIsNotServedYet_Is403()
    {
        var gateway = _fixture.Gateway;
        await using (var database = new SqliteConnection($"Data Source={gateway.KeyStoreFile}"))
        {
            await database.ExecuteAsync("DROP TABLE policy");
        }

        using var added = await gateway.Management.PutAsync("/api/admin/tenants/added", null, TestContext.Current.CancellationToken);
        added.EnsureSuccessStatusCode();
        await Poll.UntilAsync(() => gateway.Services.GetRequiredService<TenantKeys>().Tenants.Contains("added"));

        await _fixture.RefusedAsync(_client, 403, Bearer(_issuer.Token("added")));
        await _fixture.RefusedAsync(_client, 403, Bearer(_issuer.Token("added")), ("X-Scope-OrgID", "added"));
    }

    [Fact]
    public Task Send_TwoTokens_Is401() =>
        _fixture.RefusedAsync(_client, 401, Bearer(_issuer.Token("acme")), Bearer(_issuer.Token("globex")));

    [Fact]
    public Task Send_NoToken_Is401() => _fixture.RefusedAsync(_client, 401);

    // As an identity provider has them: its own names of the endpoints, and keys that appear later.
    [Fact]
    public async Task Send_KeysOfAnAuthority_AreFetchedAndAreNoReasonToDropSpansWhileTheyCannotBe()
    {
        var isUp = false;
        await using var provider = await FakeUpstream.StartAsync(async context =>
        {
            if (!isUp)
            {
                context.Abort();
                return;
            }

            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(context.Request.Path.Value switch
            {
                "/keys" => _issuer.PublicKeys,
                _ => $$"""{"issuer":"{{TestIssuer.Issuer}}","jwks_uri":"http://{{context.Request.Host}}/keys"}""",
            });
        });
        await using var fixture = await TenancyFixture.StartAsync((_, _) =>
            [$"--Tenancy:Jwt:Authority={provider.Http}", $"--Tenancy:Jwt:Audience={TestIssuer.Audience}"]);
        using var client = new OtlpClient(fixture.Certificates.Tls());

        await fixture.RefusedAsync(client, 503, Bearer(_issuer.Token("acme")));
        isUp = true;
        Assert.Equal("acme credential", await fixture.AcceptedAsync(client, Bearer(_issuer.Token("acme"))));
        await fixture.RefusedAsync(client, 401, Bearer(_issuer.Token("acme", issuer: "https://login.example.com")));
    }

    // Some providers sign with a new key as soon as they have it. A 401 would make senders drop what they could send a moment later.
    [Fact]
    public async Task Send_KeyThatTheAuthorityHasSince_IsLookedForAndTaken()
    {
        using var next = new TestIssuer { KeyId = "key-2" };
        using var stranger = new TestIssuer { KeyId = "key-3" };
        var refreshed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var keys = _issuer.PublicKeys;
        await using var provider = await FakeUpstream.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(context.Request.Path.Value switch
            {
                "/keys" => keys,
                _ => $$"""{"issuer":"{{TestIssuer.Issuer}}","jwks_uri":"http://{{context.Request.Host}}/keys"}""",
            });
            if (context.Request.Path == "/keys" && keys != _issuer.PublicKeys)
            {
                refreshed.TrySetResult();
            }
        });
        await using var fixture = await TenancyFixture.StartAsync((_, _) =>
            [$"--Tenancy:Jwt:Authority={provider.Http}", $"--Tenancy:Jwt:Audience={TestIssuer.Audience}"]);
        using var client = new OtlpClient(fixture.Certificates.Tls());
        var http = fixture.Gateway.Address(KmsGateway.Proxy.Listeners.GatewayListener.OtlpHttp);
        await fixture.AcceptedAsync(client, Bearer(_issuer.Token("acme")));

        keys = next.PublicKeys;
        var first = await client.PostAsync(http, "/v1/traces", [], OtlpClient.Protobuf, null, Bearer(next.Token("acme")));

        Assert.Equal(503, first.Status);
        await refreshed.Task.WaitAsync(TestTime.Limit, TestContext.Current.CancellationToken);

        // The library takes the keys over a moment after it has read them.
        await Poll.UntilAsync(async () =>
            (await client.PostAsync(http, "/v1/traces", [], OtlpClient.Protobuf, null, Bearer(next.Token("acme")))).Status == 200);
        await fixture.RefusedAsync(client, 401, Bearer(stranger.Token("acme")));
    }

    [Fact]
    public async Task Send_AuthorityThatIsSilent_IsRetryableForAllThatWait()
    {
        await using var provider = await FakeUpstream.StartAsync(context =>
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        await using var fixture = await TenancyFixture.StartAsync((_, _) =>
            [$"--Tenancy:Jwt:Authority={provider.Http}", $"--Tenancy:Jwt:Audience={TestIssuer.Audience}"]);
        using var client = new OtlpClient(fixture.Certificates.Tls());
        var since = TimeProvider.System.GetTimestamp();

        // Twenty side by side: one after the other would be a minute.
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync()));

        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(45));

        async Task SendAsync()
        {
            var answer = await client.PostAsync(
                fixture.Gateway.Address(KmsGateway.Proxy.Listeners.GatewayListener.OtlpHttp), "/v1/traces", [], OtlpClient.Protobuf, null,
                Bearer(_issuer.Token("acme")));
            Assert.Equal(503, answer.Status);
        }
    }

    private static (string, string) Bearer(string token) => ("Authorization", $"Bearer {token}");

    private static SigningCredentials Shared(byte[] secret) => new(new SymmetricSecurityKey(secret) { KeyId = "key-1" }, SecurityAlgorithms.HmacSha256);
}
