using System.Text;
using System.Text.Json.Nodes;
using KmsGateway.Cryptography;
using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Processes;
using KmsGateway.Testing.Traces;
using Xunit;
using static KmsGateway.EndToEnd.Tests.Evidence.SignedRequest;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>The policy that a statement names can be fetched, also after it is no longer in effect.</summary>
public sealed class PolicyTests
{
    [Fact]
    public async Task Get_PolicyOfAStatement_GivesWhatHashesToItAlsoAfterTheSettingsChanged()
    {
        using var folder = new TemporaryFolder();
        var before = await SendAsync(folder);
        var after = await SendAsync(folder, "--Signing:OnOversize=mark", "--Signing:OversizeBytes=4096");
        Assert.NotEqual(before, after);

        await using var gateway = await GatewayProcess.StartAsync(Options(folder, "--Compliance:Rules:0=compliance.*", "--Signing:OversizeBytes=1024"));
        using var client = new OtlpClient();

        Assert.Equal("""{"bytes":2048,"on":"warn"}""", (await GetAsync(client, gateway, before))["oversize"]!.ToJsonString());
        Assert.Equal("""{"bytes":4096,"on":"mark"}""", (await GetAsync(client, gateway, after))["oversize"]!.ToJsonString());
        Assert.Equal(404, (await client.GetAsync(gateway.Management, "/.well-known/kmsgateway-policies/AAECAwQFBgcICQoLDA0ODw")).Status);
    }

    private static async Task<JsonNode> GetAsync(OtlpClient client, GatewayProcess gateway, string pol)
    {
        var answer = await client.GetAsync(gateway.Management, $"/.well-known/kmsgateway-policies/{pol}");
        answer.Succeeded();
        Assert.Equal(pol, PolicyId.Of(answer.Body));
        return JsonNode.Parse(answer.Body)!;
    }

    /// <summary>Sends one compliance span; gives the policy its statement names.</summary>
    private static async Task<string> SendAsync(TemporaryFolder folder, params string[] settings)
    {
        await using var gateway = await GatewayProcess.StartAsync(Options(folder, settings));
        using var client = new OtlpClient();
        (await client.SendAsync(gateway.OtlpHttp, TraceRequests.Mixed(compliance: 1, ordinary: 0))).Succeeded();
        await gateway.StopAsync();
        var statement = (string)Value(SinkLines.Spans(gateway.SinkFile)[^1], "audit.integrity.statement")["stringValue"]!;
        Assert.True(Base64UrlText.TryDecode(statement, out var json));
        return (string)JsonNode.Parse(Encoding.UTF8.GetString(json))!["pol"]!;
    }

    private static GatewayProcessOptions Options(TemporaryFolder folder, params string[] settings) =>
        new() { DataDirectory = folder.Path, Arguments = settings };
}
