using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Dapper;
using Google.Protobuf;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Keys;
using KmsGateway.Keys.Administration;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace KmsGateway.Proxy.Tests.Protection;

/// <summary>Sensitive values leave encrypted, whatever becomes of their spans, or do not leave.</summary>
[Collection(nameof(Telemetry.HearsEverything))]
public sealed class EncryptionTests : IAsyncLifetime
{
    private const string Secret = "alice@example.org";
    private const int Withheld = 4046;
    private const int Warned = 4064;
    private const int PoliciesChanged = 4060;
    private const int PoliciesNotChanged = 4061;

    private readonly OtlpClient _client = new();
    private readonly LogCapture _log = new();
    private RecordingCollector _collector = null!;

    public static TheoryData<string> Forms => ["protobuf", "json", "grpc", "gzip"];

    public async ValueTask InitializeAsync() => _collector = await RecordingCollector.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _collector.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Send_SensitiveAttributes_LeaveEncryptedAndAreSigned(string form)
    {
        await using var gateway = await StartAsync("--Encryption:Attributes:0=user.*", "--Encryption:Attributes:1=pii");
        var sent = SpanBuilder.Compliance().Attribute("user.email", Secret).Attribute("userx", "stays").AttributesOfEveryType()
            .Event("login", ("pii", Secret), ("rule", "stays"))
            .Link(("user.id", Secret)).Build();

        var span = (await SendAsync(gateway, TraceRequests.Of(sent, SpanBuilder.Ordinary().Attribute("pii", "ordinary").Build()), form))[0];

        Assert.Equal("signed", SignatureText.Fate(span));
        var email = Value(span.Attributes.Single(attribute => attribute.Key == "user.email"));
        var pii = Value(span.Events[0].Attributes.Single(attribute => attribute.Key == "pii"));
        var id = Value(span.Links[0].Attributes.Single(attribute => attribute.Key == "user.id"));
        Assert.Equal(StringValue(Secret), await DecryptAsync(gateway, span, AttributeScope.Span, "user.email", email));
        Assert.Equal(StringValue(Secret), await DecryptAsync(gateway, span, AttributeScope.Event, "pii", pii));
        Assert.Equal(StringValue(Secret), await DecryptAsync(gateway, span, AttributeScope.Link, "user.id", id));
        Assert.Null(await DecryptAsync(gateway, span, AttributeScope.Span, "user.id", id));

        // Everything else is as it was sent.
        Assert.Equal(
            sent.Attributes.Where(attribute => attribute.Key != "user.email"),
            span.Attributes.Where(attribute => attribute.Key != "user.email" && !attribute.Key.StartsWith("audit.", StringComparison.Ordinal)));
        Assert.Equal("stays", span.Events[0].Attributes.Single(attribute => attribute.Key == "rule").Value.StringValue);
        Assert.Contains("kmsgateway_values_encrypted_total{tenant_id=\"default\"} 3", await ScrapeAsync(gateway));
        Assert.DoesNotContain(Secret, _log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compliance", "ordinary")]
    [InlineData("all", null)]
    public async Task Send_OrdinarySpan_IsEncryptedWhereAllAre(string spans, string? expected)
    {
        await using var gateway = await StartAsync("--Encryption:Attributes:0=pii", $"--Encryption:Spans={spans}");

        var span = (await SendAsync(gateway, TraceRequests.Of(SpanBuilder.Ordinary().Attribute("pii", "ordinary").Build()), "protobuf")).Single();

        Assert.Equal("untouched", SignatureText.Fate(span));
        var value = span.Attributes.Single(attribute => attribute.Key == "pii").Value.StringValue;
        if (expected is null)
        {
            Assert.Equal(StringValue("ordinary"), await DecryptAsync(gateway, span, AttributeScope.Span, "pii", Value(span.Attributes[^1])));
        }
        else
        {
            Assert.Equal(expected, value);
        }
    }

    [Fact]
    public async Task Send_SpanThatCannotBeSigned_IsEncryptedAllTheSame()
    {
        await using var gateway = await StartAsync("--Encryption:Attributes:0=pii");
        var twice = SpanBuilder.Compliance().Attribute("pii", Secret).Attribute("pii", Secret).Build();

        // The second has an unknown field in its value, which nobody can see any more: the reason is told as if it were there.
        var hidden = SpanBuilder.Compliance().Attribute("pii", Secret).Build();
        hidden.Attributes[^1].Value.MergeFrom([0xFA, 0x07, 0x01, 0x78]);

        var spans = await SendAsync(gateway, TraceRequests.Of(twice, hidden), "protobuf");

        Assert.Equal(["duplicate-key", "unknown-field"], spans.Select(SignatureText.Fate));
        Assert.All(spans.SelectMany(span => span.Attributes).Where(attribute => attribute.Key == "pii"), attribute => Value(attribute));
        Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(_collector.Requests.Single().Body), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("enforce")]
    [InlineData("observe")]
    public async Task Send_NoKeyNow_IsRefusedForLaterInEveryMode(string mode)
    {
        using var folder = new TemporaryFolder();
        var masterKey = folder["kms", "master.key"];
        await using var gateway = await StartAsync(
            "--Encryption:Attributes:0=pii", $"--Enforcement:Mode={mode}", $"--Kms:Local:MasterKeyFile={masterKey}", "--Cache:WarmUp=false");
        File.Move(masterKey, masterKey + ".away");

        var answer = await _client.SendAsync(
            gateway.Address(GatewayListener.OtlpHttp), TraceRequests.Of(SpanBuilder.Compliance().Attribute("pii", Secret).Build()));

        Assert.Equal(503, answer.Status);
        Assert.Contains("Retry-After", answer.Headers.Keys);
        Assert.Empty(_collector.Requests);
    }

    [Fact]
    public async Task Send_NobodyOwnsTheSpan_ValuesAreWithheldAndTold()
    {
        await using var gateway = await StartAsync(
            "--Encryption:Attributes:0=pii", "--Encryption:Tenants:0:Tenant=other", "--Encryption:Tenants:0:Attributes:0=patient.*",
            "--Tenancy:Tenants:1=other", "--Tenancy:Attribute=compliance.tenant");
        var span = (await SendAsync(
            gateway,
            TraceRequests.Of(SpanBuilder.Compliance().Attribute("compliance.tenant", "nobody").Attribute("pii", Secret).Attribute("patient.name", Secret).Build()),
            "protobuf")).Single();

        Assert.Equal("unknown-tenant", SignatureText.Fate(span));
        Assert.All(
            span.Attributes.Where(attribute => attribute.Key is "pii" or "patient.name"),
            attribute => Assert.Equal(EncryptedValue.Withheld, attribute.Value.StringValue));
        Assert.Equal(1, _log.Count(Withheld));
        Assert.Contains("kmsgateway_values_withheld_total{reason=\"unknown-tenant\"} 2", await ScrapeAsync(gateway));
    }

    [Fact]
    public async Task Mark_SeedIsRefused_SpansGoOnMarkedAndValuesAreWithheld()
    {
        await using var gateway = await StartAsync(
            "--Encryption:Attributes:0=pii", "--Enforcement:OnTenantBlocked=mark", "--Enforcement:BlockedGrace=00:00:00", "--Cache:WarmUp=false");
        await using (var database = new SqliteConnection($"Data Source={gateway.KeyStoreFile}"))
        {
            Assert.Equal(1, await database.ExecuteAsync(
                "UPDATE key_wrap SET blob = randomblob(length(blob)) WHERE key_id IN (SELECT id FROM tenant_key WHERE purpose = 'encryption')"));
        }

        var span = (await SendAsync(gateway, TraceRequests.Of(SpanBuilder.Compliance().Attribute("pii", Secret).Build()), "protobuf")).Single();

        Assert.Equal("tenant-blocked", SignatureText.Fate(span));
        Assert.Equal(EncryptedValue.Withheld, span.Attributes.Single(attribute => attribute.Key == "pii").Value.StringValue);
        Assert.Contains("kmsgateway_values_withheld_total{reason=\"tenant-blocked\"} 1", await ScrapeAsync(gateway));
    }

    [Fact]
    public async Task Reload_EncryptionIsAdded_ValuesAreEncryptedAndThePolicySaysSo()
    {
        await using var gateway = await StartAsync("--Logging:LogLevel:Default=Information");
        ConfigurationChange.Apply(gateway, ("Encryption:Attributes:0", "pii"));
        await _log.WaitForAsync(PoliciesChanged, 1);
        var request = TraceRequests.Of(SpanBuilder.Compliance().Attribute("pii", Secret).Build());

        // The first seed is made meanwhile; until it is there, the sender is told to wait.
        await Poll.UntilAsync(async () => (await _client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), request)).Status == 200);

        var span = TraceRequests.SpansOf(_collector.Requests.Single().ParseTraces()).Single();
        Assert.Equal(["pii"], Encrypted(span));
        using var statement = JsonDocument.Parse(Base64Url.DecodeFromChars(
            span.Attributes.Single(attribute => attribute.Key == "audit.integrity.statement").Value.StringValue));
        var policy = await gateway.Management.GetStringAsync(
            $"/.well-known/kmsgateway-policies/{statement.RootElement.GetProperty("pol")}", TestContext.Current.CancellationToken);
        Assert.Contains("\"encryption\":[\"pii\"]", policy, StringComparison.Ordinal);
    }

    // The policies in effect still encrypt: the seed in use must not be taken for one that nobody needs.
    [Fact]
    public async Task Reload_EncryptionIsRemovedBesideAMistake_TheSeedStaysInUse()
    {
        await using var gateway = await StartAsync("--Encryption:Attributes:0=pii", "--Logging:LogLevel:Default=Information");
        var request = TraceRequests.Of(SpanBuilder.Compliance().Attribute("pii", Secret).Build());
        var span = Assert.Single(await SendAsync(gateway, request, "json"));
        var kid = Value(span.Attributes.Single(attribute => attribute.Key == "pii")).Kid;

        ConfigurationChange.Apply(gateway, ("Encryption:Tenants:0:Tenant", "default"), ("Enforcement:Mode", "sometimes"));
        await _log.WaitForAsync(PoliciesNotChanged, 1);

        Assert.Equal(["pii"], Encrypted(Assert.Single(await SendAsync(gateway, request, "json"))));
        var keys = gateway.Services.GetRequiredService<KeyAdministration>();
        var refused = await Assert.ThrowsAsync<KeyAdministrationException>(
            () => keys.ShredAsync(kid, "test", "test", TestContext.Current.CancellationToken));
        Assert.Contains("Rotate first", refused.Message, StringComparison.Ordinal);

        ConfigurationChange.Apply(gateway, ("Enforcement:Mode", "enforce"));
        await _log.WaitForAsync(PoliciesChanged, 1);
        await keys.ShredAsync(kid, "test", "test", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Send_TenantsWithOtherKeys_EachHasItsOwn()
    {
        await using var gateway = await StartAsync(
            "--Encryption:Attributes:0=pii", "--Encryption:Tenants:0:Tenant=other", "--Encryption:Tenants:0:Attributes:0=patient.*",
            "--Tenancy:Tenants:1=other", "--Tenancy:Attribute=compliance.tenant");
        SpanBuilder Of(string tenant) => SpanBuilder.Compliance().Attribute("compliance.tenant", tenant).Attribute("pii", "p").Attribute("patient.name", "n");

        var spans = await SendAsync(gateway, TraceRequests.Of(Of("default").Build(), Of("other").Build()), "json");

        Assert.Equal(["pii"], Encrypted(spans[0]));
        Assert.Equal(["patient.name"], Encrypted(spans[1]));
        Assert.Equal(StringValue("n"), await DecryptAsync(gateway, spans[1], AttributeScope.Span, "patient.name", Value(spans[1].Attributes.Single(a => a.Key == "patient.name")), "other"));
    }

    [Fact]
    public async Task DryRun_SensitiveValues_LeaveInClearAndItIsSaid()
    {
        await using var gateway = await StartAsync("--Encryption:Attributes:0=pii", "--Enforcement:Mode=dry-run");
        var request = TraceRequests.Of(SpanBuilder.Compliance().Attribute("pii", Secret).Build());

        await SendAsync(gateway, request, "protobuf");

        Assert.Equal(request.ToByteArray(), _collector.Requests.Single().Body);
        Assert.Contains("leave in clear", _log.Text, StringComparison.Ordinal);
        Assert.Equal(1, _log.Count(Warned));
    }

    // More than a request can hold; more than it can hold once they are encrypted; one that is too long then.
    [Theory]
    [InlineData(20_000, 0)]
    [InlineData(9_000, 0)]
    [InlineData(1, 800_000)]
    public async Task Send_ValuesThatGrowTooLarge_AreRefusedBeforeTheyAreMade(int values, int length)
    {
        await using var gateway = await StartAsync("--Encryption:Attributes:0=p", "--Limits:MaxUpstreamMessageBytes=1048576");
        var span = SpanBuilder.Compliance().Build();
        for (var i = 0; i < values; i++)
        {
            span.Attributes.Add(AnyValues.Pair("p", length == 0 ? null : new string('x', length)));
        }

        var answer = await _client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), TraceRequests.Of(span));

        Assert.Equal(413, answer.Status);
        Assert.Contains("encrypted", answer.Text, StringComparison.Ordinal);
        Assert.Empty(_collector.Requests);
    }

    private Task<TestGateway> StartAsync(params string[] settings) => TestGateway.StartAsync(
        builder =>
        {
            // The last of the sources keeps what a test changes.
            builder.Configuration.AddInMemoryCollection();
            builder.Logging.AddProvider(_log);
        },
        [.. TestGateway.Upstreams(_collector.GrpcAddress, _collector.HttpAddress), "--Logging:LogLevel:Default=Warning", .. settings]);

    private async Task<Span[]> SendAsync(TestGateway gateway, ExportTraceServiceRequest request, string form)
    {
        _collector.Requests.Clear();
        var http = gateway.Address(GatewayListener.OtlpHttp);
        var answer = await (form switch
        {
            "json" => _client.SendJsonAsync(http, request),
            "grpc" => _client.SendGrpcAsync(gateway.Address(GatewayListener.OtlpGrpc), request),
            "gzip" => _client.PostAsync(http, OtlpClient.TracesPath, Gzip.Compress(request.ToByteArray()), OtlpClient.Protobuf, "gzip"),
            _ => _client.SendAsync(http, request),
        });
        answer.Succeeded();
        return [.. TraceRequests.SpansOf(_collector.Requests.Single().ParseTraces())];
    }

    private static EncryptedValue Value(OpenTelemetry.Proto.Common.V1.KeyValue attribute)
    {
        Assert.True(EncryptedValue.TryParse(Encoding.UTF8.GetBytes(attribute.Value.StringValue), out var value), attribute.ToString());
        return value;
    }

    private static IEnumerable<string> Encrypted(Span span) =>
        span.Attributes.Where(attribute => attribute.Value.StringValue.StartsWith(EncryptedValue.Format, StringComparison.Ordinal))
            .Select(attribute => attribute.Key);

    private static string StringValue(string text) => $$"""{"stringValue":"{{text}}"}""";

    /// <summary>As whoever may decrypt does it. Null: it is not of this place.</summary>
    private static async Task<string?> DecryptAsync(
        TestGateway gateway, Span span, AttributeScope scope, string key, EncryptedValue value, string tenant = "default")
    {
        var result = await gateway.Services.GetRequiredService<TenantKeys>().GetDecryptionKeyAsync(value.Kid, TestContext.Current.CancellationToken);
        Assert.True(result.TryGetLease(out var lease), result.Failure.ToString());
        using (lease)
        {
            Assert.Equal(tenant, lease.Tenant);
            using var decryptor = new ValueDecryptor(lease.Seed);
            var place = new ValuePlace();
            place.SetSpan(lease.Tenant, span.TraceId.Span, span.SpanId.Span);
            place.SetAttribute(scope, Encoding.UTF8.GetBytes(key));
            var plaintext = new byte[value.PlaintextLength];
            return decryptor.TryDecrypt(value, place.Json, plaintext) ? Encoding.UTF8.GetString(plaintext) : null;
        }
    }

    private static async Task<string[]> ScrapeAsync(TestGateway gateway) =>
        (await gateway.Management.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n');
}
