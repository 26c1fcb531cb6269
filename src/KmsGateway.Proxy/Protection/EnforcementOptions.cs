namespace KmsGateway.Proxy.Protection;

/// <summary>Section <c>Enforcement</c>: what becomes of compliance spans that cannot be signed now.</summary>
internal sealed class EnforcementOptions
{
    public const string Section = "Enforcement";
    public const string Retry = "retry";
    public const string Mark = "mark";

    /// <value>
    /// <c>enforce</c>, the default: they are not forwarded, and the sender is told to send them again; <c>observe</c>: they go on marked;
    /// <c>dry-run</c>: nothing is signed for good, and the bytes go on as they came.
    /// </value>
    public string Mode { get; set; } = EnforcementModes.Enforce;

    /// <value>Tenants with another mode than <see cref="Mode"/>.</value>
    public IList<TenantMode> Tenants { get; } = [];

    /// <value>
    /// Under <c>enforce</c>, where the KMS refuses a tenant's key for good: <c>retry</c>, the default: the sender is told to send again, much
    /// later; <c>mark</c>: after <see cref="BlockedGrace"/> the spans go on marked, so that one tenant does not hold up a queue that it
    /// shares with others.
    /// </value>
    public string OnTenantBlocked { get; set; } = Retry;

    /// <value>For how long a refused key is taken for a mistake that somebody corrects. Default 15 minutes; 0 to 7 days.</value>
    public TimeSpan BlockedGrace { get; set; } = TimeSpan.FromMinutes(15);
}
