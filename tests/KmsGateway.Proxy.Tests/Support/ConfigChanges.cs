using System.Threading.Channels;
using Yarp.ReverseProxy.Configuration;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>Tells when YARP has applied or refused a change, so that no test waits for time.</summary>
internal sealed class ConfigChanges : IConfigChangeListener
{
    private readonly Channel<Exception?> _changes = Channel.CreateUnbounded<Exception?>();

    public async Task<Exception?> NextAsync()
    {
        using var limit = new CancellationTokenSource(TestTime.Limit);
        return await _changes.Reader.ReadAsync(limit.Token);
    }

    public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception)
    {
    }

    public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
    }

    public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception) =>
        _changes.Writer.TryWrite(exception);

    public void ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs) => _changes.Writer.TryWrite(null);
}
