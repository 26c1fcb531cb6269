using System.Text;
using System.Text.Json.Nodes;
using KmsGateway.Cli.Commands;
using KmsGateway.Cli.Terminal;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Evidence;

/// <summary>What <c>kmsgw verify</c> said, as an auditor gets it: with a file of spans and a file of public keys.</summary>
/// <remarks>
/// The whole command, from its arguments to its exit code, but for its process: to start one takes the processor about a second, and to
/// verify a span less than a millisecond. As a process it runs in <see cref="RunProcessAsync"/>, and as it is published in the tests of packages.
/// </remarks>
internal sealed record Verification(ProgramResult Program, IReadOnlyList<string> Verdicts)
{
    public int ExitCode => Program.ExitCode;

    public static async Task<Verification> RunAsync(string spans, string trust, params string[] options)
    {
        using var output = new MemoryStream();
        await using var text = new StreamWriter(output) { AutoFlush = true };
        await using var error = new StringWriter();
        var exitCode = await KmsgwCommand.RunAsync(
            Arguments(spans, trust, options),
            new CliEnvironment { Output = output, Out = text, Error = error, OpenInput = () => Stream.Null, WorkingFolder = Path.GetTempPath() });
        return Of(new ProgramResult(exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString()));
    }

    /// <summary>The same in a process.</summary>
    public static async Task<Verification> RunProcessAsync(string spans, string trust) =>
        Of(await CliProcess.RunAsync(Arguments(spans, trust)));

    /// <summary>Saves the gateway's public keys, the one thing an auditor needs besides the spans.</summary>
    public static async Task SaveTrustAsync(GatewayProcess gateway, string file)
    {
        using var client = new OtlpClient();
        var trust = await client.GetAsync(gateway.Management, "/.well-known/jwks.json");
        trust.Succeeded();
        await File.WriteAllBytesAsync(file, trust.Body, TestContext.Current.CancellationToken);
    }

    private static string[] Arguments(string spans, string trust, params string[] options) =>
        ["verify", spans, "--trust", trust, "--format", "json", .. options];

    private static Verification Of(ProgramResult program) =>
        new(program, [.. Report(program)["spans"]!.AsArray().Select(span => span!["verdict"]!.GetValue<string>())]);

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
