using KmsGateway.Cryptography;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Signing;
using KmsGateway.Keys;
using KmsGateway.Proxy.Tenancy;

namespace KmsGateway.Proxy.Protection;

/// <summary>Whom spans of one request belong to, and what becomes of them. Without a tenant: nobody that the caller may send as.</summary>
/// <param name="tenant">Whom.</param>
/// <param name="policy">What is in effect for the tenant.</param>
/// <param name="mode">The tenant's, or that of spans which nobody owns.</param>
/// <param name="sensitive">The attributes whose values must not leave in clear.</param>
internal sealed class SpanOwner(RequestTenant? tenant, TenantPolicy? policy, EnforcementMode mode, SensitiveKeys sensitive) : IDisposable
{
    private SigningKeyLease? _lease;
    private EncryptionKeyLease? _encryption;

    public RequestTenant? Tenant { get; } = tenant;

    public TenantPolicy? Policy { get; } = policy;

    public EnforcementMode Mode { get; } = mode;

    /// <summary>None in a dry run, which touches nothing.</summary>
    public SensitiveKeys Sensitive { get; } = mode == EnforcementMode.DryRun ? SensitiveKeys.None : sensitive;

    public int ComplianceSpans { get; set; }

    /// <summary>How many values of its spans are to be encrypted.</summary>
    public int SensitiveValues { get; set; }

    /// <summary>Encrypts them; null: there is no key for them, and they are withheld.</summary>
    public ValueEncryptor? Encryptor { get; private set; }

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

    public void EncryptWith(EncryptionKeyLease lease)
    {
        _encryption = lease;
        Encryptor = lease.Seed.Take();
    }

    public void GoUnsigned(string reason) => UnsignedReason = reason;

    public void Dispose()
    {
        _lease?.Dispose();
        if (Encryptor is { } encryptor)
        {
            _encryption!.Seed.GiveBack(encryptor);
            Encryptor = null;
        }

        _encryption?.Dispose();
    }
}
