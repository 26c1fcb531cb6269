using System.Text.RegularExpressions;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>The commands of a runbook: its blocks <c>```bash test=STEP</c>, as they stand there.</summary>
internal sealed partial class Runbook(string path)
{
    public const string Diagnose = "diagnose";
    public const string Mitigate = "mitigate";
    public const string Verify = "verify";

    // A command that waits for a person would wait for ever.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>The file that an alert's <c>runbook_url</c> links to.</summary>
    public static Runbook OfAlert(string runbookUrl) =>
        new(Path.Combine(RepositoryLayout.Root, "runbooks", Path.GetFileName(new Uri(runbookUrl).AbsolutePath)));

    /// <summary>Runs the blocks of a step one after the other. Fails the test where one fails. Returns how many there were.</summary>
    public async Task<int> RunAsync(string step, IReadOnlyDictionary<string, string> environment)
    {
        var blocks = Blocks(step);
        foreach (var block in blocks)
        {
            var result = await ProgramResult.OfAsync(
                Requires.Program("env"),
                [.. environment.Select(pair => $"{pair.Key}={pair.Value}"), Requires.Program("bash"), "-euo", "pipefail", "-c", block],
                Path.GetTempPath(),
                limit: Limit);
            Xunit.Assert.True(result.ExitCode == 0, $"A block test={step} of {path} failed:\n{block}\n{result}");
        }

        return blocks.Count;
    }

    // A runbook that is missing is found by the check of runbooks; a drill takes what is there.
    private List<string> Blocks(string step) => File.Exists(path)
        ?
        [
            .. Block().Matches(File.ReadAllText(path))
                .Where(match => match.Groups["step"].Value == step).Select(match => match.Groups["body"].Value),
        ]
        : [];

    [GeneratedRegex(
        @"^ *```bash test=(?<step>\w+)[^\n]*\n(?<body>.*?)^ *```",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Block();
}
