namespace KmsGateway.Proxy.Forwarding;

/// <summary>Section <c>Upstream</c>, the part about connections and tries.</summary>
internal sealed class UpstreamOptions
{
    public const string Section = "Upstream";

    /// <value>
    /// One more try with another destination where the first gave no answer; the very same signed bytes, so that a span may be stored twice but
    /// is signed once. For traces only. Default false: the sender tries again.
    /// </value>
    public bool Failover { get; set; }

    /// <value>
    /// When an idle connection is closed. Default 30 s: a collector closes after a minute, and on a tie the request is lost. 1 s to 1 hour.
    /// </value>
    public TimeSpan ConnectionIdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <value>When a connection is replaced, so that it does not outlive the DNS answer that named it. Default 5 minutes; 10 s to 1 day.</value>
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(5);
}
