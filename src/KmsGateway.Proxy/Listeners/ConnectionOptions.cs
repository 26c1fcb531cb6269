using System.ComponentModel.DataAnnotations;

namespace KmsGateway.Proxy.Listeners;

/// <summary>Section <c>Limits</c>, the part about connections.</summary>
internal sealed class ConnectionOptions
{
    /// <value>Open connections of each OTLP listener. Default 2,000; each may hold a receive window of 16 MiB at worst.</value>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 2_000;

    /// <value>Bytes of a request body on the management port. Default 1 MiB.</value>
    [Range(1_024, 64 * 1024 * 1024)]
    public long MaxManagementBodyBytes { get; set; } = 1024 * 1024;
}
