using System.Text;
using KmsGateway.Cli.Demonstration;
using KmsGateway.Cli.Terminal;
using KmsGateway.Cli.Tests.Fixtures;
using Xunit;

namespace KmsGateway.Cli.Tests.Demonstration;

public sealed class SinkFileTests
{
    [Fact]
    public async Task WaitFor_LinesWrittenLater_GivesThemInTheOrderAsked()
    {
        var waits = 0;
        string[] contents = ["old aa\nx bb\nx a", "old aa\nx bb\nx aa\n"];
        Workplace? work = null;
        using var folder = work = new Workplace
        {
            Time = new SteppingTime { Waiting = () => work!.Write("sink", Encoding.UTF8.GetBytes(contents[waits++])) },
        };
        work.Write("sink", "old aa\n"u8.ToArray());
        var sink = new SinkFile("sink", work.Environment());
        sink.SkipToEnd();

        var lines = await sink.WaitForAsync(["aa", "bb"], TestContext.Current.CancellationToken);

        Assert.Equal(["x aa\n", "x bb\n"], lines.Select(Encoding.UTF8.GetString));
        Assert.Equal(2, waits);
    }

    [Fact]
    public async Task WaitFor_NothingComes_GivesUpAfterTenSeconds()
    {
        var time = new SteppingTime();
        using var work = new Workplace { Time = time };
        var sink = new SinkFile("gone", work.Environment());

        var error = await Assert.ThrowsAsync<CommandException>(() => sink.WaitForAsync(["aa"], TestContext.Current.CancellationToken));

        Assert.Contains("1 of 1 traces did not arrive in gone within 10 s", error.Message, StringComparison.Ordinal);
        Assert.Contains("--sink", error.Message, StringComparison.Ordinal);
        Assert.Equal(EvidenceFixture.Start.AddSeconds(10), time.GetUtcNow());
    }
}
