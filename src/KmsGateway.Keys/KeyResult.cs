using System.Diagnostics.CodeAnalysis;

namespace KmsGateway.Keys;

/// <summary>A lease on a key, or why there is none.</summary>
/// <typeparam name="TLease"><see cref="SigningKeyLease"/> or <see cref="EncryptionKeyLease"/>.</typeparam>
public readonly struct KeyResult<TLease>
    where TLease : class, IDisposable
{
    internal KeyResult(TLease lease)
    {
        Lease = lease;
    }

    internal KeyResult(KeyFailure failure)
    {
        Failure = failure;
    }

    /// <summary>The lease, which the caller disposes; null on failure.</summary>
    public TLease? Lease { get; }

    public KeyFailure Failure { get; }

    public bool TryGetLease([NotNullWhen(true)] out TLease? lease)
    {
        lease = Lease;
        return lease is not null;
    }
}
