using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.FakeKms;
using KmsGateway.Testing;
using KmsGateway.Testing.Certificates;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Processes;
using KmsGateway.Testing.Traces;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Keys;

/// <summary>
/// <c>config/examples/replicas-aws-postgres.json</c> in Production: two Regions, two roles that may do no more than docs/keys.md says, two gateways.
/// Only addresses, files and secrets are the test's own.
/// </summary>
public sealed class ReplicasExampleTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string ApiKey = "k-acme-Zm9vYmFyYmF6cXV4MDEyMw";
    private const string AdminToken = "t-privacy-Zm9vYmFyYmF6cXV4MDEyMw";
    private const string EndUser = "alice@example.org";
    private const string First = "eu-central-1";

    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _certificates = new();
    private RecordingCollector _collector = null!;
    private WebApplication _kms = null!;
    private string _database = "";
    private string _certificate = "";
    private string _key = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string KmsAddress => _kms.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    private CallCounter Calls => _kms.Services.GetRequiredService<CallCounter>();

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.NewDatabaseAsync();
        using var server = _certificates.Server();
        (_certificate, _key) = TestCertificates.Write(server, _folder, "kms");
        await File.WriteAllTextAsync(_folder["ca.pem"], _certificates.AuthorityPem, Cancel);
        _kms = FakeKmsApplication.Create(
        [
            "--environment", "Development",
            "--Kestrel:Endpoints:Kms:Url=https://127.0.0.1:0",
            $"--Kestrel:Endpoints:Kms:Certificate:Path={_certificate}",
            $"--Kestrel:Endpoints:Kms:Certificate:KeyPath={_key}",
        ]);
        await _kms.StartAsync(Cancel);
        _kms.Services.GetRequiredService<Permissions>().Set(new Dictionary<string, string[]>
        {
            ["AKIDUSER"] = ["Decrypt", "GetPublicKey"],
            ["AKIDCREATOR"] = ["GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "Sign"],
        });
        await File.WriteAllTextAsync(
            _folder["credentials"], "[kmsgateway-creator]\naws_access_key_id = AKIDCREATOR\naws_secret_access_key = secret\n", Cancel);
        Directory.CreateDirectory(_folder["config"]);
        File.Copy(Path.Combine(RepositoryLayout.Root, "config", "kmsgateway.json"), _folder["config", "kmsgateway.json"]);
        File.Copy(
            Path.Combine(RepositoryLayout.Root, "config", "examples", "replicas-aws-postgres.json"), _folder["config", "kmsgateway.Production.json"]);
        _collector = await RecordingCollector.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _kms.DisposeAsync();
        await _collector.DisposeAsync();
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Example_TwoGatewaysTwoRegionsTwoRoles_SignAlsoWhenTheFirstRegionIsAway()
    {
        await using var first = await StartAsync();
        (await SendAsync(first)).Succeeded();
        _kms.Services.GetRequiredService<FaultPlan>().Set([new Fault("reset", "Decrypt", Region: First)]);
        await using var second = await StartAsync("--Rotation:Enabled=false");
        (await SendAsync(second)).Succeeded();

        Assert.True(Calls.In("eu-west-1")["Decrypt"] > 0);
        AssertIsJson(first.Output);
        await File.WriteAllLinesAsync(
            _folder["spans.jsonl"], _collector.Requests.Select(request => Encoding.UTF8.GetString(OtlpJson.Format(request.ParseTraces()))), Cancel);
        await Verification.SaveTrustAsync(second, _folder["trust.json"]);
        var verification = await Verification.RunAsync(_folder["spans.jsonl"], _folder["trust.json"]);
        verification.Program.ExitedWith(0);
        Assert.Equal(["verified", "verified"], verification.Verdicts);
        Assert.DoesNotContain("AKID", first.Output + second.Output, StringComparison.Ordinal);
        await AssertDecryptsAsync(second);
    }

    // What the one encrypted, the other decrypts, with the wrap for the other Region, for whoever has the right.
    private async Task AssertDecryptsAsync(GatewayProcess gateway)
    {
        var span = TraceRequests.SpansOf(_collector.Requests.First().ParseTraces()).Single();
        var value = span.Attributes.Single(attribute => attribute.Key == "enduser.id").Value.StringValue;
        Assert.DoesNotContain(EndUser, value, StringComparison.Ordinal);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", AdminToken);
        var question = new JsonObject
        {
            ["reason"] = "test",
            ["values"] = new JsonArray(new JsonObject
            {
                ["traceId"] = Convert.ToHexStringLower(span.TraceId.Span),
                ["spanId"] = Convert.ToHexStringLower(span.SpanId.Span),
                ["scope"] = "span",
                ["key"] = "enduser.id",
                ["value"] = value,
            }),
        };
        using var content = new StringContent(question.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(gateway.Management, "/api/admin/decrypt"), content, Cancel);
        Assert.Equal($$$"""{"audit":1,"values":[{"value":{"stringValue":"{{{EndUser}}}"}}]}""", await answer.Content.ReadAsStringAsync(Cancel));
    }

    private async Task<OtlpResponse> SendAsync(GatewayProcess gateway)
    {
        using var client = new OtlpClient();
        return await client.PostAsync(
            gateway.OtlpHttp, OtlpClient.TracesPath, TraceRequests.Of(SpanBuilder.Compliance().Attribute("enduser.id", EndUser).Build()).ToByteArray(), OtlpClient.Protobuf, null, ("X-Api-Key", ApiKey));
    }

    private Task<GatewayProcess> StartAsync(params string[] arguments) => PersistentStart.OfAsync(new GatewayProcessOptions
    {
        DataDirectory = _folder["data"],
        WorkingDirectory = _folder.Path,
        EnvironmentName = "Production",
        Arguments =
        [
            $"--Kms:KeyId={KeyRing.Alias}",
            $"--Kms:RootKeyId={KeyRing.RootAlias}",
            $"--Kms:Endpoint={KmsAddress}",
            $"--Kms:OtherRegions:0:KeyId={KeyRing.Alias}",
            $"--Kms:OtherRegions:0:RootKeyId={KeyRing.RootAlias}",
            $"--Kms:OtherRegions:0:Endpoint={KmsAddress}",
            $"--KeyStore:ConnectionString={_database}",
            $"--Tenancy:ApiKeys:0:Hash={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ApiKey)))}",
            $"--Admin:Tokens:2:Hash={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(AdminToken)))}",
            $"--Kestrel:Certificates:Default:Path={_certificate}",
            $"--Kestrel:Certificates:Default:KeyPath={_key}",
            $"--ReverseProxy:Clusters:otlp-http:Destinations:first:Address={_collector.HttpAddress}",
            $"--ReverseProxy:Clusters:otlp-grpc:Destinations:first:Address={_collector.GrpcAddress}",
            .. arguments,
        ],
        EnvironmentVariables = new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIDUSER",
            ["AWS_SECRET_ACCESS_KEY"] = "secret",
            ["AWS_SHARED_CREDENTIALS_FILE"] = _folder["credentials"],

            // The authority of the fake, where the machine's authorities are looked for.
            ["SSL_CERT_FILE"] = _folder["ca.pem"],
        },
    });

    // In Production a program reads the log; the line for scripts is the only one that is not an object.
    private static void AssertIsJson(string output)
    {
        var events = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("KmsGateway ready:", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(events);
        Assert.All(events, line => Assert.NotEmpty(JsonNode.Parse(line)!["Category"]!.GetValue<string>()));
    }
}
