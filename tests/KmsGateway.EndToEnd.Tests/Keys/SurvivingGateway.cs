using KmsGateway.Testing.Processes;

namespace KmsGateway.EndToEnd.Tests.Keys;

/// <summary>An installation and its first gateway, which outlives all others: one for all tests of a class, started for the first of them.</summary>
public sealed class SurvivingGateway(PostgresServer postgres) : IAsyncDisposable
{
    private KeysInstallation? _installation;
    private GatewayProcess? _gateway;

    internal async Task<(KeysInstallation Installation, GatewayProcess Gateway)> StartAsync()
    {
        _installation ??= await KeysInstallation.StartAsync(postgres);
        _gateway ??= await _installation.StartGatewayAsync();
        return (_installation, _gateway);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        if (_installation is not null)
        {
            await _installation.DisposeAsync();
        }
    }
}
