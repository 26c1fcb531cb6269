using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>A gateway with the embedded sink, one for all tests of a class: they run one after the other, and each has the lines of its own.</summary>
public sealed class SinkGateway : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private GatewayProcess? _gateway;

    public string TrustFile => _folder["trust.json"];

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { DataDirectory = _folder["data"] });

        // Its keys are in memory before the first probe. On a busy machine a sender that does not try again would lose its spans before.
        await _gateway.WaitForOutputAsync("is up, it was");
        await Verification.SaveTrustAsync(_gateway, TrustFile);
    }

    /// <summary>Sends to the gateway, and copies what reached the sink by that to a file.</summary>
    public async Task<string> SendAsync(Func<GatewayProcess, Task> send)
    {
        var before = Lines().Length;
        await send(_gateway!);
        var lines = Lines()[before..];
        Assert.True(lines.Length > 0, $"Nothing reached the sink.\n{_gateway!.Output}");
        var file = _folder[$"{Guid.NewGuid():N}.jsonl"];
        await File.WriteAllLinesAsync(file, lines, TestContext.Current.CancellationToken);
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        _folder.Dispose();
    }

    // The file comes with the first line.
    private string[] Lines() => File.Exists(_gateway!.SinkFile) ? File.ReadAllLines(_gateway.SinkFile) : [];
}
