using System.Text.Json.Nodes;
using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Processes;
using KmsGateway.Testing.Traces;
using Xunit;
using static KmsGateway.EndToEnd.Tests.Evidence.SignedRequest;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>Either algorithm from the sender to the auditor; with ES256 no other cryptography than the platform's is in the process.</summary>
public sealed class AlgorithmTests
{
    private const string Sodium = "libsodium";
    private const string OpenSsl = "libcrypto";

    [Theory]
    [InlineData("EdDSA")]
    [InlineData("ES256")]
    public async Task Send_OverEveryProtocolAlsoAfterARestart_VerifiesUntilACharacterChanges(string algorithm)
    {
        using var folder = new TemporaryFolder();
        await using (var gateway = await GatewayProcess.StartAsync(Options(folder, algorithm)))
        {
            await SendAsync(gateway);
            await gateway.StopAsync();
        }

        // The second start verifies the stored chain, unwraps the stored keys and makes none.
        await using var restarted = await GatewayProcess.StartAsync(Options(folder, algorithm));
        await SendAsync(restarted);
        await AssertLibrariesAsync(restarted, algorithm);
        await Verification.SaveTrustAsync(restarted, folder["trust.json"]);
        await restarted.StopAsync();
        var verification = await Verification.RunProcessAsync(restarted.SinkFile, folder["trust.json"]);

        verification.Program.ExitedWith(0);
        Assert.Equal(Enumerable.Repeat("verified", 6), verification.Verdicts);
        Assert.All(
            SinkLines.Spans(restarted.SinkFile).Where(SinkLines.IsCompliance),
            span => Assert.Equal(algorithm, (string?)Value(span, "audit.integrity.algorithm")["stringValue"]));
        Assert.All(Keys(folder["trust.json"]), key => Assert.Equal(algorithm == "ES256" ? "P-256" : "Ed25519", (string?)key["crv"]));

        var lines = await File.ReadAllLinesAsync(restarted.SinkFile, TestContext.Current.CancellationToken);
        lines[0] = lines[0].Replace("payment.approve", "payment.approvE", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(folder["tampered.jsonl"], lines, TestContext.Current.CancellationToken);
        var tampered = await Verification.RunProcessAsync(folder["tampered.jsonl"], folder["trust.json"]);

        tampered.Program.ExitedWith(1);
        Assert.Equal(["altered:core", .. Enumerable.Repeat("verified", 5)], tampered.Verdicts);
    }

    [Fact]
    public async Task Start_StoreOfTheOtherAlgorithm_StopsWithOneLine()
    {
        using var folder = new TemporaryFolder();
        await using (await GatewayProcess.StartAsync(Options(folder, "EdDSA")))
        {
            // Made is all it had to be.
        }

        var refused = await GatewayProcess.RunToExitAsync(Options(folder, "ES256"));

        refused.ExitedWith(1);
        var line = Assert.Single(refused.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith(
            "KmsGateway cannot start: Signing:Algorithm is 'ES256', but the keys of this key store are for 'EdDSA'.",
            line,
            StringComparison.Ordinal);
    }

    // With P-256 alone nothing of libsodium is loaded, neither to read the stored chain nor to sign.
    private static async Task AssertLibrariesAsync(GatewayProcess gateway, string algorithm)
    {
        if (OperatingSystem.IsLinux())
        {
            var maps = await File.ReadAllTextAsync($"/proc/{gateway.Id}/maps", TestContext.Current.CancellationToken);
            Assert.Contains(OpenSsl, maps, StringComparison.Ordinal);
            Assert.Equal(algorithm == "EdDSA", maps.Contains(Sodium, StringComparison.Ordinal));
        }
    }

    private static GatewayProcessOptions Options(TemporaryFolder folder, string algorithm) => new()
    {
        DataDirectory = folder.Path,
        Arguments = [$"--Signing:Algorithm={algorithm}"],
    };

    private static async Task SendAsync(GatewayProcess gateway)
    {
        using var client = new OtlpClient();
        (await client.SendGrpcAsync(gateway.OtlpGrpc, TraceRequests.Mixed(compliance: 1, ordinary: 1))).Succeeded();
        (await client.SendAsync(gateway.OtlpHttp, TraceRequests.Mixed(compliance: 1, ordinary: 1))).Succeeded();
        (await client.SendJsonAsync(gateway.OtlpHttp, TraceRequests.Mixed(compliance: 1, ordinary: 1))).Succeeded();
    }

    private static IEnumerable<JsonNode> Keys(string trust)
    {
        var file = JsonNode.Parse(File.ReadAllText(trust))!;
        return file["keys"]!.AsArray().Append(file["root"]).Select(key => key!);
    }
}
