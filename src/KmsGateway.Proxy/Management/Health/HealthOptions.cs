namespace KmsGateway.Proxy.Management.Health;

/// <summary>Section <c>Readiness</c>: when the gateway says that traffic should come to it.</summary>
internal sealed class HealthOptions
{
    public const string Section = "Readiness";
    public const string Strict = nameof(Strict);
    public const string CacheAware = nameof(CacheAware);

    /// <value>
    /// <c>Strict</c> (default): while the KMS answers. <c>CacheAware</c>: also while it does not, as long as a key that is in use is in memory and
    /// may sign.
    /// </value>
    public string Mode { get; set; } = Strict;

    /// <value>Whether an upstream must be there too: not ready while all destinations of a cluster are unhealthy. Default false.</value>
    public bool RequireUpstream { get; set; }

    /// <value>Where the health JSON sends who reads that the KMS is down. Default: the runbook of this repository.</value>
    public string HelpUrl { get; set; } = "https://github.com/kmsgateway/kmsgateway/blob/main/runbooks/kms-probe-down.md";
}
