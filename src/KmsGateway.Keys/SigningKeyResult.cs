using System.Diagnostics.CodeAnalysis;

namespace KmsGateway.Keys;

/// <summary>A lease on a signing key, or why there is none.</summary>
public readonly struct SigningKeyResult
{
    private SigningKeyResult(SigningKeyLease? lease, KeyFailure failure)
    {
        Lease = lease;
        Failure = failure;
    }

    /// <summary>The lease, which the caller disposes; null on failure.</summary>
    public SigningKeyLease? Lease { get; }

    public KeyFailure Failure { get; }

    public static SigningKeyResult Of(SigningKeyLease lease) => new(lease, KeyFailure.None);

    public static SigningKeyResult Failed(KeyFailure failure) => new(null, failure);

    public bool TryGetLease([NotNullWhen(true)] out SigningKeyLease? lease)
    {
        lease = Lease;
        return lease is not null;
    }
}
