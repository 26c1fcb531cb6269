namespace KmsGateway.Proxy.Listeners;

/// <summary>Section <c>Limits</c>, the part about connections.</summary>
internal sealed class ConnectionOptions
{
    public const string Section = "Limits";

    /// <summary>Open connections of each OTLP listener.</summary>
    /// <value>From 1 to 1,000,000, default 2,000; each may hold a receive window of 16 MiB at worst.</value>
    public int MaxConnections { get; set; } = 2_000;

    /// <summary>The age at which connections of the OTLP listeners are asked to end, give or take a tenth.</summary>
    /// <value>From 10 s to 1 day, default 10 minutes; 0 for never.</value>
    public TimeSpan MaxConnectionAge { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes of a request body on the management port.</summary>
    /// <value>From 1 KiB to 64 MiB, default 1 MiB.</value>
    public long MaxManagementBodyBytes { get; set; } = 1024 * 1024;
}
