using System.Diagnostics.CodeAnalysis;

namespace KmsGateway.Keys;

/// <summary>A lease on a seed, or why there is none.</summary>
public readonly struct EncryptionKeyResult
{
    private EncryptionKeyResult(EncryptionKeyLease? lease, KeyFailure failure)
    {
        Lease = lease;
        Failure = failure;
    }

    /// <summary>The lease, which the caller disposes; null on failure.</summary>
    public EncryptionKeyLease? Lease { get; }

    public KeyFailure Failure { get; }

    public static EncryptionKeyResult Of(EncryptionKeyLease lease) => new(lease, KeyFailure.None);

    public static EncryptionKeyResult Failed(KeyFailure failure) => new(null, failure);

    public bool TryGetLease([NotNullWhen(true)] out EncryptionKeyLease? lease)
    {
        lease = Lease;
        return lease is not null;
    }
}
