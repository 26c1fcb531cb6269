using System.Net;
using System.Net.Sockets;
using KmsGateway.Evidence.Signing;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;

namespace KmsGateway.Proxy.Tests.Startup;

public sealed class StartupFailureTests
{
    private const string NoPattern =
        "which is no attribute pattern. Use *, a key of A-Z a-z 0-9 _ . : / -, or such a text ending in .*";

    [Fact]
    public async Task Start_WithNothingConfigured_SaysEverythingThatIsMissing()
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(folder);

        AssertLines(
            lines,
            "Kestrel:Endpoints:OtlpGrpc:Url is missing. Set it, for example to http://*:4317.",
            "Kestrel:Endpoints:OtlpHttp:Url is missing. Set it, for example to http://*:4318.",
            "Kestrel:Endpoints:Management:Url is missing. Set it, for example to http://*:8080.",
            "no upstream: set ReverseProxy:Clusters:otlp-grpc:Destinations:first:Address, for example to http://collector:4317.",
            "no upstream: set ReverseProxy:Clusters:otlp-http:Destinations:first:Address, for example to http://collector:4318.",
            "nothing tells callers apart, and this is Production: set Tenancy:ApiKeys, Tenancy:Jwt or Tenancy:Certificates.");
    }

    [Fact]
    public async Task Start_WithWhatIsNotASetting_NamesIt()
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(folder, [
            .. TestGateway.Defaults(folder),
            "--Kestrel:Endpoints:Extra:Url=http://*:1",
            "--Kestrel:Endpoints:OtlpHttp:Url=ftp://x",
            "--ReverseProxy:Routes:all:ClusterId=x",
            "--ReverseProxy:Clusters:other:Destinations:a:Address=http://x",
            "--ReverseProxy:Clusters:otlp-grpc:Destinations:a:Address=collector",
        ]);

        AssertLines(
            lines,
            "Kestrel:Endpoints:Extra is not a listener",
            "Kestrel:Endpoints:OtlpHttp:Url 'ftp://x' is not a listener address.",
            "ReverseProxy:Routes is not a setting",
            "ReverseProxy:Clusters:other is not an upstream",
            "ReverseProxy:Clusters:otlp-grpc:Destinations:a:Address 'collector' is not an address.",
            "no upstream: set ReverseProxy:Clusters:otlp-http");
    }

    [Fact]
    public async Task Start_SinkOutsideDevelopment_Stops()
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(
            folder, [.. TestGateway.Defaults(folder), "--environment=Staging", "--EmbeddedSink:Enabled=true"]);

        Assert.Contains("EmbeddedSink:Enabled is for Development, and this is Staging", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OptionsOutOfRange_SaysEachOne()
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(
            folder, [.. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true", "--Limits:MaxConnections=0", "--Kms:Provider=",
                "--Signing:Algorithm=RS256"]);

        Assert.Contains(lines, line => line.Contains("Limits:MaxConnections is 0. Set a number from 1", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("Kms:Provider is not set", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("Signing:Algorithm is 'RS256', which is not known", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_SigningThatCannotBe_SaysEverythingAtOnce()
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(
            folder,
            [.. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true", "--Signing:Mode=batch", "--Signing:OnOversize=drop",
                "--Signing:OversizeBytes=1", "--Signing:Coverage:Attributes:0=a b", "--Signing:Coverage:Resource:0=",
                "--Compliance:Rules:0=*.x", "--Enforcement:Mode=none"]);

        Assert.Equal(
            [
                $"Compliance:Rules:0 is '*.x', {NoPattern}",
                "Enforcement:Mode is 'none'. Set it to 'enforce', 'observe' or 'dry-run'.",
                $"Signing:Coverage:Attributes:0 is 'a b', {NoPattern}",
                $"Signing:Coverage:Resource:0 is '', {NoPattern}",
                "Signing:Mode is 'batch'; this version knows 'span'.",
                "Signing:OnOversize is 'drop'. Set it to 'warn' or 'mark'.",
                "Signing:OversizeBytes is 1. Set a number from 256 to 1048576.",
            ],
            Problems(lines));
    }

    [Fact]
    public async Task Start_EnforcementThatCannotBe_SaysEverythingAtOnce()
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(
            folder,
            [.. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true", "--Enforcement:Tenants:0:Tenant=acme",
                "--Enforcement:Tenants:0:Mode=observe", "--Enforcement:Tenants:1:Tenant=default", "--Enforcement:Tenants:1:Mode=off",
                "--Enforcement:Tenants:2:Tenant=default", "--Enforcement:Tenants:2:Mode=observe", "--Enforcement:OnTenantBlocked=drop",
                "--Enforcement:BlockedGrace=-00:00:01"]);

        Assert.Equal(
            [
                "Enforcement:BlockedGrace is -00:00:01. Set a time from 00:00:00 to 7.00:00:00.",
                "Enforcement:OnTenantBlocked is 'drop'. Set it to 'retry' or 'mark'.",
                "Enforcement:Tenants has 'default' twice. Remove one.",
                "Enforcement:Tenants:0:Tenant is 'acme', which is none of Tenancy:Tenants. Add it there, or remove it here.",
                "Enforcement:Tenants:1:Mode is 'off'. Set it to 'enforce', 'observe' or 'dry-run'.",
            ],
            Problems(lines));
    }

    [Fact]
    public async Task Start_CredentialsThatCannotBe_SaysEverythingAtOnce()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder["secret.json"], """{"keys":[{"kty":"oct","k":"AAAA"}]}""", TestContext.Current.CancellationToken);

        var lines = await GatewayProgram.FailAsync(
            folder,
            [.. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true",
                "--Kestrel:Endpoints:OtlpHttp:Url=https://127.0.0.1:0",
                "--Tls:ClientCa=none.pem", "--Tls:Terminated=yes",
                "--Tenancy:ApiKeys:0:Hash=my-secret-key",
                "--Tenancy:ApiKeys:1:Name=x", $"--Tenancy:ApiKeys:1:Hash={new string('0', 64)}", "--Tenancy:ApiKeys:1:Tenants:0=acme",
                "--Tenancy:ApiKeys:2:Name=y", $"--Tenancy:ApiKeys:2:Hash={new string('0', 64)}", "--Tenancy:ApiKeys:2:Tenants:0=default",
                "--Tenancy:Certificates:0:Name=x", "--Tenancy:Certificates:0:Tenants:0=*",
                "--Tenancy:Certificates:1:Name=x", "--Tenancy:Certificates:1:Sha256=AB:CD", "--Tenancy:Certificates:1:Tenants:0=*",
                "--Tenancy:Jwt:SigningKeys=secret.json", "--Tenancy:Jwt:Claim="]);

        Assert.Equal(
            [
                "Tenancy:ApiKeys has a Hash twice. Remove one.",
                "Tenancy:ApiKeys:0:Hash is no SHA-256. Set 64 hex digits, as `printf %s \"$KEY\" | sha256sum` prints them.",
                "Tenancy:ApiKeys:0:Name is missing. Say whose key it is.",
                "Tenancy:ApiKeys:0:Tenants is missing. List the tenants that this caller may use, or * for all.",
                "Tenancy:ApiKeys:1:Tenants has 'acme', which is none of Tenancy:Tenants. Add it there, or remove it here.",
                "Tenancy:Certificates:0 needs either San or Sha256. Set one of them.",
                "Tenancy:Certificates:1:Sha256 is 'AB:CD', which is no SHA-256. "
                    + "Set 64 hex digits, as `openssl x509 -in FILE -noout -fingerprint -sha256` prints them.",
                "Tenancy:Jwt:Audience is missing. Set what the tokens for this gateway have as aud.",
                "Tenancy:Jwt:Claim is empty. Set the claim that names the caller's tenants.",
                "Tenancy:Jwt:Issuer is missing. Set what the tokens have as iss.",
                "Tenancy:Jwt:SigningKeys is 'secret.json', which holds a secret key. Set a file with a JWK set of public keys.",
                "Tls:ClientCa is 'none.pem', which cannot be read. Set a PEM file with the certificates of the authorities.",
                "Tls:Terminated is 'yes'. Set it to 'mesh', or leave it out.",
            ],
            Problems(lines));
        Assert.DoesNotContain(lines, line => line.Contains("my-secret-key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_UpstreamsThatCannotBe_SaysEverythingAtOnce()
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(
            folder,
            [.. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true", "--Upstream:ConnectionIdleTimeout=00:00:00",
                "--Upstream:ConnectionLifetime=2.00:00:00", "--Tls:Upstream:Ca=none.pem", "--Tls:Upstream:ClientKey=none.key",
                "--Shutdown:DrainDelay=01:00:00", "--Shutdown:Timeout=00:00:00", "--Limits:MaxConnectionAge=00:00:01"]);

        Assert.Equal(
            [
                "Limits:MaxConnectionAge is 00:00:01. Set a time from 00:00:10 to 1.00:00:00, or 00:00:00 for never.",
                "Shutdown:DrainDelay is 01:00:00. Set a time from 00:00:00 to 00:05:00.",
                "Shutdown:Timeout is 00:00:00. Set a time from 00:00:01 to 00:05:00.",
                "Tls:Upstream needs both ClientCertificate and ClientKey, or neither.",
                "Tls:Upstream:Ca is 'none.pem', which cannot be read. Set a PEM file with the certificates of the authorities.",
                "Upstream:ConnectionIdleTimeout is 00:00:00. Set a time from 00:00:01 to 01:00:00.",
                "Upstream:ConnectionLifetime is 2.00:00:00. Set a time from 00:00:10 to 1.00:00:00.",
            ],
            Problems(lines));
    }

    [Fact]
    public async Task Start_AnyCertificateOfAnUpstreamOutsideDevelopment_Stops()
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(
            folder,
            [.. TestGateway.Defaults(folder), .. TestGateway.Upstreams(new("https://127.0.0.1:1"), new("https://127.0.0.1:1")),
                "--environment=Production", "--ReverseProxy:Clusters:otlp-http:HttpClient:DangerousAcceptAnyServerCertificate=true"]);

        Assert.Contains(lines, line => line.Contains(
            "otlp-http:HttpClient:DangerousAcceptAnyServerCertificate is for Development, and this is Production.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_LimitsThatCannotBe_SaysEverythingAtOnce()
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(
            folder,
            [.. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true", "--Limits:MaxBufferedBytes=1000000", "--Limits:MaxWireBytes=65536",
                "--Limits:MaxMessageBytes=262144", "--Limits:MaxUpstreamMessageBytes=262144", "--Limits:MaxBodySeconds=0", "--Upstream:Coding=gzip"]);

        Assert.Equal(
            [
                "Limits:MaxBufferedBytes is 1000000, and one request of the largest size needs 1245184. "
                    + "Set it higher, or MaxWireBytes, MaxMessageBytes and MaxUpstreamMessageBytes lower.",
                "Limits:MaxBodySeconds",
                "Upstream:Coding is 'gzip'. Set it to 'identity' or 'same'.",
            ],
            Problems(lines).Select(problem => problem.Contains("MaxBodySeconds", StringComparison.Ordinal) ? "Limits:MaxBodySeconds" : problem));
    }

    [Theory]
    [InlineData("http://*:4318", 1)]
    [InlineData("http://0.0.0.0:4318", 1)]
    [InlineData("http://gateway.example.org:4318", 1)]
    [InlineData("http://127.0.0.1:4318", 0)]
    [InlineData("http://[::1]:4318", 0)]
    [InlineData("http://localhost:4318", 0)]
    [InlineData("https://*:4318", 0)]
    [InlineData("http://*:4318", 0, "--Tls:Terminated=mesh")]
    public async Task Start_SecretsInPlainTextOutsideDevelopment_Stops(string url, int expected, params string[] settings)
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(
            folder,
            [.. TestGateway.Defaults(folder), .. TestGateway.Upstreams(new("http://127.0.0.1:1"), new("http://127.0.0.1:1")),
                "--environment=Production", $"--Kestrel:Endpoints:OtlpHttp:Url={url}", "--Tenancy:ApiKeys:0:Name=x", .. settings]);

        Assert.Equal(expected, lines.Count(line => line.Contains("takes secrets from other machines in plain text", StringComparison.Ordinal)));
    }

    // In Development a credential that is passed over would leave the gateway open to any name in a header.
    [Fact]
    public async Task Start_CredentialsThatTheBinderPassesOver_Stops()
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(
            folder,
            [.. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true", "--Tenancy:ApiKeys:0=secret", "--Tenancy:Certificates=x.pem",
                "--Tenancy:Jwt=https://login.example.org"]);

        Assert.Equal(
            [
                "Tenancy:ApiKeys has an entry without settings. Give each Name, Hash and Tenants, or remove it.",
                "Tenancy:Certificates has an entry without settings. Give each Name, San or Sha256 and Tenants, or remove it.",
                "Tenancy:Jwt has no settings. Set Authority, Audience and Claim in it, or remove it.",
            ],
            Problems(lines));
    }

    [Fact]
    public async Task Start_CertificatesWithoutTls_SaysWhatTheyNeed()
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(
            folder, [.. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true", "--Tenancy:Certificates:0:San=a"]);

        AssertLines(lines, "Tenancy:Certificates needs Tls:ClientCa.", "Tenancy:Certificates needs TLS.");
    }

    [Theory]
    [InlineData("tenant.id", "Signing:Coverage:Resource does not hold 'tenant.id', which Tenancy:Attribute reads. Add it.")]
    [InlineData("compliance.*", "Tenancy:Attribute is 'compliance.*', which is no attribute key. Use characters of A-Z a-z 0-9 _ . : / -")]
    [InlineData("a b", "Tenancy:Attribute is 'a b', which is no attribute key. Use characters of A-Z a-z 0-9 _ . : / -")]
    public async Task Start_TenantAttributeThatCannotBe_SaysWhy(string attribute, string problem)
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(
            folder, [.. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true", $"--Tenancy:Attribute={attribute}"]);

        Assert.Equal([problem], Problems(lines));
    }

    [Fact]
    public async Task Start_ValueWhereAListIsDue_IsNotPassedOver()
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(
            folder,
            [.. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true", "--Compliance:Rules=audit.*",
                "--Signing:Coverage:Attributes=audit.*", "--Signing:Coverage:Resource=audit.*"]);

        Assert.Equal(
            [
                "Compliance:Rules is 'audit.*', but has to be a list. Set Compliance:Rules:0, Compliance:Rules:1 and so on.",
                "Signing:Coverage:Attributes is 'audit.*', but has to be a list. "
                    + "Set Signing:Coverage:Attributes:0, Signing:Coverage:Attributes:1 and so on.",
                "Signing:Coverage:Resource is 'audit.*', but has to be a list. "
                    + "Set Signing:Coverage:Resource:0, Signing:Coverage:Resource:1 and so on.",
            ],
            Problems(lines));
    }

    [Fact]
    public async Task Start_ListOfWhatIsNoText_NamesTheElements()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["config"]);
        await File.WriteAllTextAsync(
            folder["config", "kmsgateway.json"],
            """{"Compliance":{"Rules":["compliance.*",null]},"Signing":{"Coverage":{"Attributes":[{"key":"a"}]}}}""",
            TestContext.Current.CancellationToken);

        var lines = await GatewayProgram.FailAsync(folder, [.. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true"]);

        Assert.Equal(
            [$"Compliance:Rules:1 is '', {NoPattern}", $"Signing:Coverage:Attributes:0 is '', {NoPattern}"], Problems(lines));
    }

    [Fact]
    public async Task Start_EncryptionThatCannotBe_NamesEachProblem()
    {
        using var folder = new TemporaryFolder();

        var problems = Problems(await GatewayProgram.FailAsync(
            folder,
            [
                .. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true", "--Encryption:Spans=some", "--Encryption:Resource:0=host.name",
                "--Encryption:Attributes:0=*", "--Encryption:Attributes:1=a b", "--Encryption:Attributes:2=audit.integrity.value",
                "--Encryption:Tenants:0:Tenant=nobody", "--Encryption:Tenants:0:Attributes:0=*",
                "--Encryption:Tenants:1:Tenant=default", "--Encryption:Tenants:2:Tenant=default", "--Encryption:Tenants:2:Attributes=pii",
            ]));

        Assert.Equal(
            [
                "Encryption:Attributes has '*', which would encrypt what the rules read, too. Name the keys.",
                "Encryption:Attributes has 'audit.integrity.value', which no span keeps: the gateway renames it to 'audit.integrity.value.0'. Use that name.",
                $"Encryption:Attributes:1 is 'a b', {NoPattern}",
                "Encryption:Resource is no setting. Encryption has Attributes, Spans, Tenants. Attributes of resources and scopes cannot be encrypted: "
                + "a resource may stand above spans of several tenants. Put what is sensitive on spans, events or links.",
                "Encryption:Spans is 'some'. Set it to 'compliance' or 'all'.",
                "Encryption:Tenants has 'default' twice. Remove one.",
                "Encryption:Tenants:0:Attributes has '*', which would encrypt what the rules read, too. Name the keys.",
                "Encryption:Tenants:0:Tenant is 'nobody', which is none of Tenancy:Tenants. Add it there, or remove it here.",
                "Encryption:Tenants:2:Attributes is 'pii', but has to be a list. Set Encryption:Tenants:2:Attributes:0, Encryption:Tenants:2:Attributes:1 and so on.",
            ],
            problems.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Start_EncryptionOfWhatRulesOrTenancyRead_NamesEachOne()
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(
            folder,
            [
                .. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true", "--Encryption:Attributes:0=compliance.who", "--Encryption:Attributes:1=user.*",
                "--Tenancy:Attribute=user.tenant", "--Signing:Coverage:Resource:0=*",
            ]);

        Assert.Equal(
            [
                "Encryption has 'compliance.who', which overlaps with what Compliance:Rules reads (compliance.*). Encrypt other keys, or let the rules read less.",
                "Encryption has 'user.*', which overlaps with 'user.tenant', the key that Tenancy:Attribute reads. Encrypt other keys.",
            ],
            Problems(lines));
    }

    [Theory]
    [InlineData("--Signing:Coverage:Attributes:0=http.*", "Signing:Coverage:Attributes does not hold 'compliance.*'")]
    [InlineData("--Signing:Coverage:Resource:0=service.name", "Signing:Coverage:Resource does not hold 'compliance.*'")]
    public async Task Start_CoverageWithoutWhatRulesRead_SaysWhatToAdd(string setting, string expected)
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(folder, [.. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true", setting]);

        Assert.Equal([$"{expected}, which Compliance:Rules reads. Add it."], Problems(lines));
    }

    [Fact]
    public async Task Start_CoverageWithoutSeveralRules_NamesEachOne()
    {
        using var folder = new TemporaryFolder();

        var lines = await GatewayProgram.FailAsync(
            folder,
            [.. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true", "--Compliance:Rules:0=audit.*", "--Compliance:Rules:1=pci"]);

        Assert.Equal(
            [
                "Signing:Coverage:Resource does not hold 'audit.*', which Compliance:Rules reads. Add it.",
                "Signing:Coverage:Resource does not hold 'pci', which Compliance:Rules reads. Add it.",
            ],
            Problems(lines));
    }

    [Fact]
    public async Task Start_CoverageOfMoreThanStatementsHold_SaysHowLongItIs()
    {
        using var folder = new TemporaryFolder();
        var pattern = new string('k', Coverage.MaxBytes + 1 - """{"attr":["*",""],"res":["compliance.*","service.name"]}""".Length);

        var lines = await GatewayProgram.FailAsync(
            folder,
            [.. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true", "--Signing:Coverage:Attributes:0=*",
                $"--Signing:Coverage:Attributes:1={pattern}"]);

        Assert.Equal(["Signing:Coverage has 257 bytes, 256 are allowed: use fewer or shorter patterns."], Problems(lines));
    }

    [Fact]
    public async Task Start_PortInUse_NamesTheAddress()
    {
        using var folder = new TemporaryFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var lines = await GatewayProgram.FailAsync(
            folder,
            [.. TestGateway.Defaults(folder), "--EmbeddedSink:Enabled=true",
                $"--Kestrel:Endpoints:OtlpHttp:Url=http://{taken.LocalEndpoint}"]);

        var line = Assert.Single(lines);
        Assert.Contains($"http://{taken.LocalEndpoint}", line, StringComparison.Ordinal);
        Assert.Contains("set another Kestrel:Endpoints:*:Url", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_BrokenConfigurationFile_NamesIt()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["config"]);
        await File.WriteAllTextAsync(folder["config", "kmsgateway.json"], "{ \"a\": ", TestContext.Current.CancellationToken);

        var lines = await GatewayProgram.FailAsync(folder);

        Assert.Contains("kmsgateway.json", Assert.Single(lines), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Problems(string[] lines) =>
        lines.Select(line => line.Replace("KmsGateway cannot start: ", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static void AssertLines(string[] lines, params string[] expected)
    {
        Assert.Equal(expected.Length, lines.Length);
        Assert.All(
            expected.Zip(lines),
            pair => Assert.StartsWith($"KmsGateway cannot start: {pair.First}", pair.Second, StringComparison.Ordinal));
    }
}
