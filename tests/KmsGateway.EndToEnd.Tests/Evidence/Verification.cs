using System.Text.Json.Nodes;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Evidence;

/// <summary>What <c>kmsgw verify</c> said, as an auditor gets it: with a file of spans and a file of public keys.</summary>
internal sealed record Verification(ProgramResult Program, IReadOnlyList<string> Verdicts)
{
    public int ExitCode => Program.ExitCode;

    public static async Task<Verification> RunAsync(string spans, string trust, params string[] options)
    {
        var program = await CliProcess.RunAsync(["verify", spans, "--trust", trust, "--format", "json", .. options]);
        var report = Report(program);
        return new Verification(program, [.. report["spans"]!.AsArray().Select(span => span!["verdict"]!.GetValue<string>())]);
    }

    /// <summary>Saves the gateway's public keys, the one thing an auditor needs besides the spans.</summary>
    public static async Task SaveTrustAsync(GatewayProcess gateway, string file)
    {
        using var client = new OtlpClient();
        var trust = await client.GetAsync(gateway.Management, "/.well-known/jwks.json");
        trust.Succeeded();
        await File.WriteAllBytesAsync(file, trust.Body, TestContext.Current.CancellationToken);
    }

    private static JsonNode Report(ProgramResult program)
    {
        try
        {
            return JsonNode.Parse(program.Output)!;
        }
        catch (System.Text.Json.JsonException)
        {
            Assert.Fail($"kmsgw printed no report: {program}");
            throw;
        }
    }
}
