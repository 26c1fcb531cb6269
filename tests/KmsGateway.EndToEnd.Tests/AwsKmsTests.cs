using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.EndToEnd.Tests.Keys;
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

namespace KmsGateway.EndToEnd.Tests;

/// <summary>
/// A gateway as it is run in earnest: outside Development, keys from AWS KMS by the real SDK over TLS, callers with API keys. The KMS is the fake.
/// </summary>
public sealed class AwsKmsTests : IAsyncLifetime
{
    private const string ApiKey = "k-acme-Zm9vYmFyYmF6cXV4MDEyMw";

    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _certificates = new();
    private readonly OtlpClient _client = new();
    private RecordingCollector _collector = null!;
    private WebApplication _kms = null!;

    private string KmsAddress => _kms.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public async ValueTask InitializeAsync()
    {
        using var server = _certificates.Server();
        var (certificate, key) = TestCertificates.Write(server, _folder, "kms");
        await File.WriteAllTextAsync(_folder["ca.pem"], _certificates.AuthorityPem, TestContext.Current.CancellationToken);
        _kms = FakeKmsApplication.Create(
        [
            "--environment", "Development",
            "--Kestrel:Endpoints:Kms:Url=https://127.0.0.1:0",
            $"--Kestrel:Endpoints:Kms:Certificate:Path={certificate}",
            $"--Kestrel:Endpoints:Kms:Certificate:KeyPath={key}",
        ]);
        await _kms.StartAsync(TestContext.Current.CancellationToken);
        _collector = await RecordingCollector.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _kms.DisposeAsync();
        await _collector.DisposeAsync();
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("EdDSA")]
    [InlineData("ES256")]
    public async Task Production_KeysFromTheKms_SpansVerifyAlsoAfterARestart(string algorithm)
    {
        await StartAndSendAsync(algorithm);
        var made = Made();
        await StartAndSendAsync(algorithm);

        await File.WriteAllLinesAsync(
            _folder["spans.jsonl"],
            _collector.Requests.Select(request => Encoding.UTF8.GetString(OtlpJson.Format(request.ParseTraces()))),
            TestContext.Current.CancellationToken);
        var verification = await Verification.RunAsync(_folder["spans.jsonl"], _folder["trust.json"]);
        verification.Program.ExitedWith(0);
        Assert.Equal(["verified", "verified"], verification.Verdicts);

        // The second start made no keys: it unwrapped those of the first.
        Assert.NotEqual(0, made);
        Assert.Equal(made, Made());
    }

    [Fact]
    public async Task Production_KmsDenies_StartSaysSoInOneLineWithoutTheArn()
    {
        _kms.Services.GetRequiredService<FaultPlan>().Set([new Fault("denied")]);

        var result = await GatewayProcess.RunToExitAsync(Options("EdDSA"));

        result.ExitedWith(1);
        Assert.Contains("AccessDeniedException", result.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("arn:aws", result.ToString(), StringComparison.Ordinal);
    }

    private int Made() => _kms.Services.GetRequiredService<CallCounter>().Of("GenerateDataKeyPairWithoutPlaintext");

    private async Task StartAndSendAsync(string algorithm)
    {
        await using var gateway = await PersistentStart.OfAsync(Options(algorithm));
        Assert.Equal(401, (await SendAsync(gateway)).Status);
        (await SendAsync(gateway, ("X-Api-Key", ApiKey))).Succeeded();
        await Verification.SaveTrustAsync(gateway, _folder["trust.json"]);
    }

    private async Task<OtlpResponse> SendAsync(GatewayProcess gateway, params (string Name, string Value)[] headers) => await _client.PostAsync(
        gateway.OtlpHttp, OtlpClient.TracesPath, TraceRequests.Mixed(1, 1).ToByteArray(), OtlpClient.Protobuf, null, headers);

    private GatewayProcessOptions Options(string algorithm) => new()
    {
        DataDirectory = _folder["data"],
        EnvironmentName = "Production",
        HttpUpstream = _collector.HttpAddress,
        GrpcUpstream = _collector.GrpcAddress,
        Arguments =
        [
            "--Kms:Provider=aws",
            "--Kms:Region=eu-central-1",
            $"--Kms:KeyId={KeyRing.Alias}",
            $"--Kms:RootKeyId={(algorithm == "ES256" ? KeyRing.P256RootAlias : KeyRing.RootAlias)}",
            $"--Kms:Endpoint={KmsAddress}",
            $"--Signing:Algorithm={algorithm}",
            "--Tenancy:Tenants:0=acme",
            "--Tenancy:ApiKeys:0:Name=collector",
            $"--Tenancy:ApiKeys:0:Hash={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ApiKey)))}",
            "--Tenancy:ApiKeys:0:Tenants:0=acme",
        ],
        EnvironmentVariables = new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE",
            ["AWS_SECRET_ACCESS_KEY"] = "secret",

            // The authority of the fake, where the machine's authorities are looked for.
            ["SSL_CERT_FILE"] = _folder["ca.pem"],
        },
    };
}
