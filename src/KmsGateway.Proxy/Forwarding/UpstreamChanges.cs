using Yarp.ReverseProxy.Configuration;

namespace KmsGateway.Proxy.Forwarding;

/// <summary>Says in one line what became of a changed configuration of upstreams; YARP itself says it with stack traces.</summary>
internal sealed partial class UpstreamChanges(ILogger<UpstreamChanges> logger) : IConfigChangeListener
{
    public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception) => LogNotUsed(MessageOf(exception));

    public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
    }

    public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception) => LogNotUsed(MessageOf(exception));

    public void ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
    }

    private static string MessageOf(Exception exception) => exception is AggregateException many
        ? string.Join(" ", many.Flatten().InnerExceptions.Select(inner => inner.GetBaseException().Message))
        : exception.GetBaseException().Message;

    [LoggerMessage(4024, LogLevel.Error, "The changed upstreams are not used, those before them stay: {Problems}")]
    private partial void LogNotUsed(string problems);
}
