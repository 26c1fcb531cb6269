using KmsGateway.Cli.Tests.Fixtures;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

public sealed class KmsgwCommandTests : IDisposable
{
    private readonly Workplace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task Version_Always_NamesProgramAndFormat()
    {
        var result = await _work.RunAsync("--version");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^kmsgw \d+\.\d+\.\d+ \(kmsgw-span/1\)\n$", result.Out);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("verify", "--help")]
    [InlineData("send", "--help")]
    [InlineData("demo", "--help")]
    [InlineData("healthcheck", "--help")]
    public async Task Help_EveryCommand_HasAnExample(params string[] args)
    {
        var result = await _work.RunAsync(args);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Example: kmsgw ", result.Out, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData()]
    [InlineData("frobnicate")]
    [InlineData("verify")]
    [InlineData("send", "--compliance", "many")]
    [InlineData("send", "--compliance", "0", "--ordinary", "0")]
    [InlineData("send", "--protocol", "thrift")]
    [InlineData("send", "--gateway", "localhost")]
    [InlineData("send", "--tenant", "a/b")]
    [InlineData("healthcheck", "--gateway", "ftp://localhost")]
    public async Task Run_WrongUsage_ExitsTwoWithOneLine(params string[] args)
    {
        var result = await _work.RunAsync(args);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Out);
        Assert.StartsWith("kmsgw: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Run_FileNameWithAtSign_IsNoResponseFile()
    {
        _work.Write("@args", "--format\njson");

        var result = await _work.RunAsync("verify", "@args", "--trust", "gone.json");

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Out);
    }
}
