using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Processes;
using KmsGateway.Testing.Traces;
using Xunit;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>The script of docs/verification.md, as it stands there, on what a gateway made.</summary>
public sealed class DocumentedScriptTests
{
    [Theory]
    [InlineData("EdDSA")]
    [InlineData("ES256")]
    public async Task Check_SpanWithEverything_SaysWhatKmsgwSays(string algorithm)
    {
        var node = Requires.Node();
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["check.mjs"], Script(), TestContext.Current.CancellationToken);
        var line = await SignAsync(folder, algorithm);
        var altered = line.Replace("payment.approve", "payment.approvE", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(folder["traces.jsonl"], [line, altered], TestContext.Current.CancellationToken);

        var result = await ProgramResult.OfAsync(node, ["check.mjs", "traces.jsonl", "trust.json"], folder.Path);

        result.ExitedWith(0);
        Assert.Equal("""{"intact":1,"no signature":2,"altered: core":1}""", result.Output.Trim());
    }

    private static async Task<string> SignAsync(TemporaryFolder folder, string algorithm)
    {
        var options = new GatewayProcessOptions { DataDirectory = folder.Path, Arguments = [$"--Signing:Algorithm={algorithm}"] };
        await using var gateway = await GatewayProcess.StartAsync(options);
        using var client = new OtlpClient();
        var request = TraceRequests.Of(SpanBuilder.Compliance().Everything().Build(), SpanBuilder.Ordinary().Build());
        (await client.SendAsync(gateway.OtlpHttp, request)).Succeeded();
        await Verification.SaveTrustAsync(gateway, folder["trust.json"]);
        await gateway.StopAsync();
        return Assert.Single(await File.ReadAllLinesAsync(gateway.SinkFile, TestContext.Current.CancellationToken));
    }

    private static string Script()
    {
        var lines = File.ReadLines(Path.Combine(RepositoryLayout.Root, "docs", "verification.md"));
        return string.Join('\n', lines.SkipWhile(line => line != "```js").Skip(1).TakeWhile(line => line != "```"));
    }
}
