using KmsGateway.Testing;
using Xunit;
using Xunit.Sdk;

namespace KmsGateway.EndToEnd.Tests.Drills;

public sealed class RunbookTests : IDisposable
{
    private const string Sample =
        """
        # Sample

        ```bash test=diagnose
        test "$GATEWAY" = http://127.0.0.1:8080
        echo first >> "$CONFIG"
        ```

        1. Then:

           ```bash test=diagnose timeout=5
           echo second >> "$CONFIG"
           ```

        ```bash manual
        echo never >> "$CONFIG"
        ```

        ```bash test=mitigate
        false | true
        ```

        """;

    private readonly TemporaryFolder _folder = new();

    private Dictionary<string, string> Environment => new(StringComparer.Ordinal)
    {
        ["GATEWAY"] = "http://127.0.0.1:8080",
        ["CONFIG"] = _folder["config"],
    };

    [Fact]
    public async Task Run_Step_RunsItsBlocksInTheirOrder()
    {
        Assert.Equal(2, await WriteSample().RunAsync(Runbook.Diagnose, Environment));

        Assert.Equal(["first", "second"], await File.ReadAllLinesAsync(_folder["config"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Run_BlockFailsWithinAPipe_FailsTheTest()
    {
        var failure = await Assert.ThrowsAsync<TrueException>(() => WriteSample().RunAsync(Runbook.Mitigate, Environment));

        Assert.Contains("test=mitigate", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NoBlockOfTheStep_RunsNothing() => Assert.Equal(0, await WriteSample().RunAsync(Runbook.Verify, Environment));

    public void Dispose() => _folder.Dispose();

    private Runbook WriteSample()
    {
        File.WriteAllText(_folder["sample.md"], Sample);
        return new Runbook(_folder["sample.md"]);
    }
}
