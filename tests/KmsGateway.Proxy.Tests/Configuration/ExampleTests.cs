using Google.Protobuf;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Proxy.Tests.Tenancy;
using KmsGateway.Testing;
using KmsGateway.Testing.Certificates;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Proto.Trace.V1;

namespace KmsGateway.Proxy.Tests.Configuration;

/// <summary>The files of config/examples do what they say: only addresses, files and secrets are a test's own.</summary>
public sealed class ExampleTests : IAsyncLifetime
{
    private const string First = "k-first-Zm9vYmFyYmF6cXV4MDEyMw";
    private const string Second = "k-second-Zm9vYmFyYmF6cXV4MDEyMw";

    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _certificates = new();
    private RecordingCollector _collector = null!;

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder).Select(file => Path.GetFileName(file))];

    private static string Folder => Path.Combine(RepositoryLayout.Root, "config", "examples");

    public async ValueTask InitializeAsync() => _collector = await RecordingCollector.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _collector.DisposeAsync();
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Keys_OfEachFile_AreSettings(string file)
    {
        var strangers = KnownSettings.Strangers(new ConfigurationBuilder().AddJsonFile(Path.Combine(Folder, file)).Build());

        Assert.Empty(strangers);
    }

    [Fact]
    public void Keys_Misspelled_AreNoticed()
    {
        var misspelled = new ConfigurationBuilder().AddInMemoryCollection(
            [new("Tenancy:ApiKeys:0:Tenant", "acme"), new("Tenancy:ApiKeys:0:Name", "x"), new("Enforcment:Mode", "x"), new("Tls:ClientCA", "x")]);

        Assert.Equal(["Enforcment:Mode", "Tenancy:ApiKeys:0:Tenant", "Tls:ClientCA"], KnownSettings.Strangers(misspelled.Build()).Order(StringComparer.Ordinal));
    }

    // Each stops at once without what is a test's own: no key, no certificate, no authority of the file exists here.
    [Theory]
    [MemberData(nameof(Files))]
    public void Example_OutsideDevelopment_HasCallersAndNoSecretInPlainText(string file)
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(Path.Combine(Folder, file)).Build();
        var problems = Proxy.Tenancy.CredentialChecks.Problems(configuration, new ProductionEnvironment())
            .Concat(ListenerChecks.Problems(configuration));

        Assert.Empty(problems);
    }

    [Fact]
    public async Task OneTenant_ItsKeyAndAnother()
    {
        await using var gateway = await StartAsync("one-tenant.json", ApiKeyTests.Key(0, First)[1]);

        Assert.Equal("acme credential", await TenantAsync(gateway, ("X-Api-Key", First)));
        Assert.Equal(401, (await PostAsync(gateway, headers: ("X-Api-Key", Second))).Status);
    }

    [Fact]
    public async Task ManyTenantsByMtls_TwoCollectorsAndAStranger()
    {
        await File.WriteAllTextAsync(_folder["ca.pem"], _certificates.AuthorityPem, TestContext.Current.CancellationToken);
        await using var gateway = await StartAsync("many-tenants-mtls.json", $"--Tls:ClientCa={_folder["ca.pem"]}");
        using var acme = new OtlpClient(_certificates.Tls(_certificates.Client(uri: "spiffe://example.org/acme/collector")));
        using var globex = new OtlpClient(_certificates.Tls(_certificates.Client(dns: "collector.globex.example.org")));
        using var stranger = new OtlpClient(_certificates.Tls(_certificates.Client(dns: "collector.example.org")));

        Assert.Equal("acme credential", await TenantAsync(gateway, acme));
        Assert.Equal("globex credential", await TenantAsync(gateway, globex));
        Assert.Equal(401, (await PostAsync(gateway, stranger)).Status);
    }

    [Fact]
    public async Task ManyTenantsByJwt_TokensOfOneAndOfTwo()
    {
        using var issuer = new TestIssuer();
        await File.WriteAllTextAsync(_folder["keys.json"], issuer.PublicKeys, TestContext.Current.CancellationToken);
        await using var gateway = await StartAsync(
            "many-tenants-jwt.json", "--Tenancy:Jwt:Authority=", $"--Tenancy:Jwt:SigningKeys={_folder["keys.json"]}",
            $"--Tenancy:Jwt:Issuer={TestIssuer.Issuer}");
        var both = ("Authorization", $"Bearer {issuer.Token((string[])["acme", "globex"])}");

        Assert.Equal("acme credential", await TenantAsync(gateway, ("Authorization", $"Bearer {issuer.Token("acme")}")));
        Assert.Equal("globex header", await TenantAsync(gateway, both, ("X-Scope-OrgID", "globex")));
        Assert.Equal(403, (await PostAsync(gateway, headers: both)).Status);
    }

    [Fact]
    public async Task ManyTenantsByAttribute_EachSpanIsItsTenants()
    {
        await using var gateway = await StartAsync("many-tenants-by-attribute.json", ApiKeyTests.Key(0, First)[1]);
        string[] tenants = ["acme", "initech", "nobody"];

        (await PostAsync(
            gateway, null, tenants.Select(tenant => SpanBuilder.Compliance().Attribute("compliance.tenantId", tenant).Build()),
            ("X-Api-Key", First))).Succeeded();

        var spans = Arrived();
        Assert.Equal(["acme attribute", "initech attribute"], spans[..2].Select(SignatureText.TenantAndSource));
        Assert.Equal("unknown-tenant", SignatureText.Fate(spans[2]));
    }

    [Fact]
    public async Task ObserveFirst_OneTenantSignedAndOneInADryRun()
    {
        await using var gateway = await StartAsync("observe-first.json", ApiKeyTests.Key(0, First)[1], ApiKeyTests.Key(1, Second)[1]);

        Assert.Equal("acme credential", await TenantAsync(gateway, ("X-Api-Key", First)));
        (await PostAsync(gateway, headers: ("X-Api-Key", Second))).Succeeded();
        Assert.Equal("untouched", SignatureText.Fate(Arrived().Single()));
    }

    private async Task<TestGateway> StartAsync(string file, params string[] settings)
    {
        using var server = _certificates.Server();
        var (certificate, key) = TestCertificates.Write(server, _folder, "server");
        return await TestGateway.StartAsync(
            // Below the settings of the test, as a file is.
            builder => builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Json.JsonConfigurationSource
            {
                Path = file,
                FileProvider = new Microsoft.Extensions.FileProviders.PhysicalFileProvider(Folder),
            }),
            [
                .. TestGateway.Upstreams(_collector.GrpcAddress, _collector.HttpAddress),
                "--Kestrel:Endpoints:OtlpGrpc:Url=https://127.0.0.1:0",
                "--Kestrel:Endpoints:OtlpHttp:Url=https://127.0.0.1:0",
                $"--Kestrel:Certificates:Default:Path={certificate}",
                $"--Kestrel:Certificates:Default:KeyPath={key}",
                "--Tenancy:Tenants:0=acme",
                .. settings,
            ]);
    }

    private Task<string> TenantAsync(TestGateway gateway, params (string Name, string Value)[] headers) => TenantAsync(gateway, null, headers);

    private async Task<string> TenantAsync(TestGateway gateway, OtlpClient? client, params (string Name, string Value)[] headers)
    {
        (await PostAsync(gateway, client, headers: headers)).Succeeded();
        return SignatureText.TenantAndSource(Arrived().Single());
    }

    private Task<OtlpResponse> PostAsync(TestGateway gateway, OtlpClient? client = null, params (string Name, string Value)[] headers) =>
        PostAsync(gateway, client, [SpanBuilder.Compliance().Build()], headers);

    private async Task<OtlpResponse> PostAsync(
        TestGateway gateway, OtlpClient? client, IEnumerable<Span> spans, params (string Name, string Value)[] headers)
    {
        _collector.Requests.Clear();
        using var own = client is null ? new OtlpClient(_certificates.Tls()) : null;
        return await (client ?? own!).PostAsync(
            gateway.Address(GatewayListener.OtlpHttp), OtlpClient.TracesPath, TraceRequests.Of(spans).ToByteArray(), OtlpClient.Protobuf, null,
            headers);
    }

    private List<Span> Arrived() => [.. TraceRequests.SpansOf(_collector.Requests.Single().ParseTraces())];
}
