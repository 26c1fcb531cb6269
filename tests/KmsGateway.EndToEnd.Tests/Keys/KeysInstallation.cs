using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.Evidence.Signing;
using KmsGateway.FakeKms;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Processes;
using KmsGateway.Testing.Traces;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenTelemetry.Proto.Trace.V1;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Keys;

/// <summary>Gateways as they run in numbers: one PostgreSQL, one KMS (the fake, by the real SDK over a real socket), one backend.</summary>
internal sealed class KeysInstallation : IAsyncDisposable
{
    public const string Token = "admin-Zm9vYmFyYmF6cXV4MDEyMw";

    private readonly WebApplication _kms;
    private readonly PostgresServer _postgres;
    private readonly OtlpClient _client = new();
    private readonly HttpClient _admin = new() { Timeout = TimeSpan.FromMinutes(3) };
    private int _gateways;

    private KeysInstallation(WebApplication kms, PostgresServer postgres, string database, RecordingCollector collector)
    {
        (_kms, _postgres, Database, Collector) = (kms, postgres, database, collector);
        _admin.DefaultRequestHeaders.Authorization = new("Bearer", Token);
    }

    public TemporaryFolder Folder { get; } = new();

    public RecordingCollector Collector { get; }

    /// <summary>Its connection string; gateways that start from now on use it.</summary>
    public string Database { get; set; }

    /// <summary>Where gateways that start from now on run, and look for <c>config/</c>.</summary>
    public string WorkingDirectory { get; set; } = RepositoryLayout.Root;

    public CallCounter Calls => _kms.Services.GetRequiredService<CallCounter>();

    public FaultPlan Faults => _kms.Services.GetRequiredService<FaultPlan>();

    public KeyRing KmsKeys => _kms.Services.GetRequiredService<KeyRing>();

    public string KmsAddress => _kms.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<KeysInstallation> StartAsync(PostgresServer postgres)
    {
        var database = await postgres.NewDatabaseAsync();
        var kms = FakeKmsApplication.Create(["--environment", "Development", "--urls", "http://127.0.0.1:0"]);
        await kms.StartAsync(Cancel);
        return new KeysInstallation(kms, postgres, database, await RecordingCollector.StartAsync());
    }

    public Task<string> NewDatabaseAsync() => _postgres.NewDatabaseAsync();

    public Task<GatewayProcess> StartGatewayAsync(params string[] arguments) => PersistentStart.OfAsync(Options(arguments));

    public Task<OtlpResponse> SendAsync(GatewayProcess gateway, string? tenant = null) => _client.PostAsync(
        gateway.OtlpHttp,
        OtlpClient.TracesPath,
        TraceRequests.Mixed(1, 0).ToByteArray(),
        OtlpClient.Protobuf,
        null,
        tenant is null ? [] : [("X-Scope-OrgID", tenant)]);

    /// <summary>A call of the admin API.</summary>
    public async Task<(int Status, string Body)> AdminAsync(GatewayProcess gateway, HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(gateway.Management, path));
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        using var response = await _admin.SendAsync(request, Cancel);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    public async Task<JsonNode> AdminOkAsync(GatewayProcess gateway, HttpMethod method, string path, string? json = null)
    {
        var (status, body) = await AdminAsync(gateway, method, path, json);
        Assert.True(status == 200, $"{method} {path}: {status} {body}\n{gateway.Output}");
        return JsonNode.Parse(body)!;
    }

    public Task<JsonNode> RotateAsync(GatewayProcess gateway, string tenant = "default") =>
        AdminOkAsync(gateway, HttpMethod.Post, $"/api/admin/kms/tenants/{tenant}/rotate", """{"reason":"test"}""");

    /// <summary>The kids of a tenant's keys in a stage.</summary>
    public async Task<IReadOnlyList<string>> KidsAsync(GatewayProcess gateway, string stage, string tenant = "default") =>
    [
        .. (await AdminOkAsync(gateway, HttpMethod.Get, $"/api/admin/keys?tenant={tenant}"))["keys"]!.AsArray()
            .Where(key => key!["stage"]!.GetValue<string>() == stage).Select(key => key!["kid"]!.GetValue<string>()),
    ];

    /// <summary>Everything that arrived at the backend, verified with the trust file of a gateway.</summary>
    public async Task<Verification> VerifyAsync(GatewayProcess gateway)
    {
        await File.WriteAllLinesAsync(
            Folder["arrived.jsonl"],
            Collector.Requests.Select(request => Encoding.UTF8.GetString(OtlpJson.Format(request.ParseTraces()))),
            Cancel);
        await SaveTrustAsync(gateway);
        return await Verification.RunAsync(Folder["arrived.jsonl"], Folder["trust.json"]);
    }

    // A key that replaces a revoked one signs a moment before the file of each gateway tells of it, and so does what was revoked on another one.
    private async Task SaveTrustAsync(GatewayProcess gateway)
    {
        var kids = Signatures().Select(signature => signature.Kid).Distinct().ToList();
        await Poll.UntilAsync(
            async () =>
            {
                await Verification.SaveTrustAsync(gateway, Folder["trust.json"]);
                var trust = await File.ReadAllTextAsync(Folder["trust.json"], Cancel);
                var told = JsonNode.Parse(trust)!["chain"]!.AsArray().Count;
                var untold = (await AdminOkAsync(gateway, HttpMethod.Get, $"/api/admin/events?after={told}"))["events"]!.AsArray();
                return untold.Count == 0 && kids.All(kid => trust.Contains(kid, StringComparison.Ordinal));
            },
            () => $"Of {string.Join(", ", kids)}.\n{gateway.Output}");
    }

    /// <summary>What each span that arrived was signed with, and when.</summary>
    public IReadOnlyList<(string Kid, ulong SignedAt)> Signatures() =>
    [
        .. Collector.Requests.Select(request => request.ParseTraces()).SelectMany(TraceRequests.SpansOf)
            .Select(span => (Value(span, SignatureAttributes.KeyId), SignedAt(Value(span, SignatureAttributes.Statement)))),
    ];

    /// <summary>What the span that arrived last was signed with: of thousands the others need not be read.</summary>
    public string LastKid() => Value(TraceRequests.SpansOf(Collector.Requests.Last().ParseTraces()).Last(), SignatureAttributes.KeyId);

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    /// <summary>Every row of every table, as text and as the bytes in it.</summary>
    public async Task<byte[]> DumpAsync()
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync(Cancel);
        var tables = new List<string>();
        await using (var command = new NpgsqlCommand("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", connection))
        {
            await using var reader = await command.ExecuteReaderAsync(Cancel);
            while (await reader.ReadAsync(Cancel))
            {
                tables.Add(reader.GetString(0));
            }
        }

        using var dump = new MemoryStream();
        foreach (var table in tables)
        {
            await using var command = new NpgsqlCommand($"SELECT * FROM {table}", connection);
            await using var reader = await command.ExecuteReaderAsync(Cancel);
            while (await reader.ReadAsync(Cancel))
            {
                for (var i = 0; i < reader.FieldCount; i++)
                {
                    dump.Write(reader.GetValue(i) is byte[] bytes ? bytes : Encoding.UTF8.GetBytes($"{reader.GetValue(i)}\n"));
                }
            }
        }

        return dump.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _admin.Dispose();

        // Calls that hang must not hold up the end of a test.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _kms.StopAsync(now.Token);
        await _kms.DisposeAsync();
        await Collector.DisposeAsync();
        Folder.Dispose();
    }

    private GatewayProcessOptions Options(string[] arguments) => new()
    {
        DataDirectory = Folder[$"data-{_gateways++}"],
        WorkingDirectory = WorkingDirectory,
        HttpUpstream = Collector.HttpAddress,
        GrpcUpstream = Collector.GrpcAddress,
        Arguments =
        [
            "--Kms:Provider=aws",
            "--Kms:Region=eu-central-1",
            $"--Kms:KeyId={KeyRing.Alias}",
            $"--Kms:RootKeyId={KeyRing.RootAlias}",
            $"--Kms:Endpoint={KmsAddress}",
            "--KeyStore:Provider=postgres",
            $"--KeyStore:ConnectionString={Database}",
            "--Admin:Tokens:0:Name=test",
            $"--Admin:Tokens:0:Hash={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Token)))}",
            "--Admin:Tokens:0:Scopes:0=read",
            "--Admin:Tokens:0:Scopes:1=keys",
            "--Admin:Tokens:0:Scopes:2=tenants",
            .. arguments,
        ],
        EnvironmentVariables = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE", ["AWS_SECRET_ACCESS_KEY"] = "secret" },
    };

    private static string Value(Span span, string key) => span.Attributes.Single(attribute => attribute.Key == key).Value.StringValue;

    private static ulong SignedAt(string statement)
    {
        using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(statement));
        return ulong.Parse(json.RootElement.GetProperty("iat").GetString()!, CultureInfo.InvariantCulture);
    }
}
