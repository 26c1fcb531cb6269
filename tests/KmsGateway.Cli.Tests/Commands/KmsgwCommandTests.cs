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
    [InlineData("decrypt", "--help")]
    [InlineData("audit-trail", "--help")]
    [InlineData("send", "--help")]
    [InlineData("demo", "--help")]
    [InlineData("healthcheck", "--help")]
    [InlineData("status", "--help")]
    [InlineData("kms", "--help")]
    [InlineData("keys", "--help")]
    [InlineData("tenants", "--help")]
    [InlineData("enforcement", "--help")]
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
    [InlineData("status", "--gateway", "localhost")]
    [InlineData("kms")]
    [InlineData("kms", "validate", "all")]
    [InlineData("keys", "rotate", "--reason", "test")]
    [InlineData("keys", "rotate", "acme", "--all", "--reason", "test")]
    [InlineData("keys", "rotate", "acme", "globex", "--reason", "test")]
    [InlineData("keys", "rotate", "--all")]
    [InlineData("enforcement", "set", "acme", "observe", "--reason", "test")]
    [InlineData("enforcement", "set", "acme", "observe", "--for", "01:00:00")]
    [InlineData("enforcement", "set", "acme", "off", "--reason", "test", "--for", "01:00:00")]
    [InlineData("enforcement", "set", "acme", "observe", "--reason", "test", "--for", "1")]
    [InlineData("enforcement", "set", "acme", "observe", "--reason", "test", "--for", "24:00:00")]
    [InlineData("keys", "rotate", "--all", "--purpose", "encryption", "--reason", "test")]
    [InlineData("keys", "rotate", "acme", "--purpose", "both", "--reason", "test")]
    [InlineData("keys", "shred", "k1", "--reason", "test")]
    [InlineData("keys", "shred", "k1", "--reason", "test", "--confirm", "k2")]
    [InlineData("keys", "shred", "k1", "--confirm", "k1")]
    [InlineData("decrypt", "traces.jsonl")]
    [InlineData("decrypt", "--reason", "test")]
    [InlineData("decrypt", "traces.jsonl", "--reason", "test", "--tenant", "a/b")]
    [InlineData("audit-trail", "--after", "x")]
    [InlineData("enforcement", "clear")]
    public async Task Run_WrongUsage_ExitsTwoWithOneLine(params string[] args)
    {
        var result = await _work.RunAsync(args);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Out);
        Assert.StartsWith("kmsgw: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Help_OfOneOfAGroup_TellsWhatHoldsForTheGroup() =>
        Assert.Contains("'rotate --all' goes on in the gateway", (await _work.RunAsync("keys", "rotate", "--help")).Out, StringComparison.Ordinal);

    [Theory]
    [InlineData("Give either TENANT or --all. See 'kmsgw keys rotate --help'.", "keys", "rotate", "--reason", "test")]
    [InlineData("write it as hh:mm:ss, such as 01:00:00.", "enforcement", "set", "a", "observe", "--reason", "test", "--for", "5")]
    public async Task Run_WrongUsage_SaysWhatToDo(string expected, params string[] args) =>
        Assert.Contains(expected, (await _work.RunAsync(args)).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Run_FileNameWithAtSign_IsNoResponseFile()
    {
        _work.Write("@args", "--format\njson");

        var result = await _work.RunAsync("verify", "@args", "--trust", "gone.json");

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Out);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    public async Task Run_TokenFileThatIsNone_SaysSo(string file)
    {
        var result = await _work.RunAsync("audit-trail", "--token-file", file);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("kmsgw: --token-file ", result.Error, StringComparison.Ordinal);
    }
}
