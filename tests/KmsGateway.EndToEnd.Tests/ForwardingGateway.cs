using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>A gateway in front of a recording collector, one for all tests of a class: they run one after the other.</summary>
public sealed class ForwardingGateway : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RecordingCollector? _collector;
    private GatewayProcess? _gateway;

    public RecordingCollector Collector => _collector!;

    public GatewayProcess Gateway => _gateway!;

    public OtlpClient Client { get; } = new();

    public async ValueTask InitializeAsync()
    {
        _collector = await RecordingCollector.StartAsync();
        _gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions
        {
            DataDirectory = _folder.Path,
            HttpUpstream = _collector.HttpAddress,
            GrpcUpstream = _collector.GrpcAddress,
        });

        // Its keys are in memory before the first probe. On a busy machine a sender that does not try again would lose its spans before.
        await _gateway.WaitForOutputAsync("is up, it was");
    }

    /// <summary>Forgets what an earlier test sent and was answered.</summary>
    public void Reset()
    {
        Collector.Requests.Clear();
        Collector.AnswerWith(CollectorAnswer.Success);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        if (_collector is not null)
        {
            await _collector.DisposeAsync();
        }

        _folder.Dispose();
    }
}
