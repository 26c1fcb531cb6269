using KmsGateway.Evidence.Signing;
using KmsGateway.Keys;
using KmsGateway.Proxy.Tenancy;

namespace KmsGateway.Proxy.Protection;

/// <summary>Whom spans of one request belong to, and what becomes of them. Without a tenant: nobody that the caller may send as.</summary>
internal sealed class SpanOwner(RequestTenant? tenant, TenantPolicy? policy, EnforcementMode mode) : IDisposable
{
    private SigningKeyLease? _lease;

    public RequestTenant? Tenant { get; } = tenant;

    public TenantPolicy? Policy { get; } = policy;

    public EnforcementMode Mode { get; } = mode;

    public int ComplianceSpans { get; set; }

    /// <summary>Signs its spans; null while there is no key.</summary>
    public SpanSigner? Signer { get; private set; }

    /// <summary>Why none of its spans is signed; null where each is looked at.</summary>
    public string? UnsignedReason { get; private set; } = tenant is null ? UnsignableReason.UnknownTenant : null;

    public ProtectionTally Tally { get; } = new();

    public void SignWith(SigningKeyLease lease, TimeProvider time)
    {
        _lease = lease;
        Signer = new SpanSigner(lease.Key, Policy!.Signing, Tenant!.Value.Source, time);
    }

    public void GoUnsigned(string reason) => UnsignedReason = reason;

    public void Dispose() => _lease?.Dispose();
}
