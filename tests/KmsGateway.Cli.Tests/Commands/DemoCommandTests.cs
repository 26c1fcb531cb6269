using KmsGateway.Cli.Tests.Demonstration;
using KmsGateway.Cli.Tests.Fixtures;
using KmsGateway.Cryptography;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

public sealed class DemoCommandTests : IDisposable
{
    private readonly EvidenceFixture _evidence = new();
    private readonly Workplace _work = SocketWorkplace.Create();
    private readonly SigningKey _key;

    public DemoCommandTests()
    {
        _key = _evidence.AddKey(1);
    }

    public void Dispose()
    {
        _work.Dispose();
        _evidence.Dispose();
    }

    [Fact]
    public async Task Demo_GatewayThatSigns_TellsTheStory()
    {
        var result = await RunAsync(new FakeGateway(_evidence, _key, Sink));

        Assert.Equal("", result.Error);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("6 spans: 3 signed, 3 ordinary and untouched", result.Out, StringComparison.Ordinal);
        Assert.Contains("3 verified, 3 ordinary: exit code 0", result.Out, StringComparison.Ordinal);
        Assert.Contains("altered:attr  \"approve payment\"", result.Out, StringComparison.Ordinal);
        Assert.Contains("2 verified, 1 altered:attr, 3 ordinary: exit code 1", result.Out, StringComparison.Ordinal);
        Assert.InRange(result.Out.Split('\n').Length, 15, 31);
        Assert.All(result.Out.Split('\n'), line => Assert.InRange(line.Length, 0, 120));
    }

    [Fact]
    public async Task Demo_GatewayThatDoesNotSign_Fails()
    {
        var result = await RunAsync(new FakeGateway(_evidence, _key, Sink)
        {
            Store = line => line.Replace("audit.integrity.", "audit.removed.", StringComparison.Ordinal),
        });

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("demo failed: a compliance span came back without a signature", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_BackendThatChangesSpans_Fails()
    {
        var result = await RunAsync(new FakeGateway(_evidence, _key, Sink)
        {
            Store = line => line.Replace("alice@", "mallory@", StringComparison.Ordinal),
        });

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("demo failed: 3 verified and 3 ordinary were expected", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_BackendThatAddsToOrdinarySpans_Fails()
    {
        var result = await RunAsync(new FakeGateway(_evidence, _key, Sink)
        {
            Store = line => line.Replace("/catalogue\"}}", "/catalogue\"}},{\"key\":\"new\",\"value\":{}}", StringComparison.Ordinal),
        });

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("an ordinary span did not come back as it was sent", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_GatewayThatIsDown_SaysSo()
    {
        var result = await RunAsync(new FakeGateway(_evidence, _key, Sink) { Status = "DOWN" });

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("answered DOWN", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_NoGatewayAndNoRepository_SaysWhatToDo()
    {
        using var work = new Workplace { CreateHandler = _ => new AnswerHandler(_ => throw new HttpRequestException("refused")) };

        var result = await work.RunAsync("demo");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("run this from the root of the KmsGateway repository", result.Error, StringComparison.Ordinal);
    }

    private string Sink => Path.Combine(_work.Folder, "sink.jsonl");

    private async Task<CliResult> RunAsync(FakeGateway gateway)
    {
        await using var receiver = await Receiver.StartAsync(gateway.AnswerAsync);
        return await _work.RunAsync(
            "demo", "--gateway", receiver.HttpUrl, "--otlp-grpc", receiver.GrpcUrl, "--otlp-http", receiver.HttpUrl,
            "--sink", "sink.jsonl");
    }
}
