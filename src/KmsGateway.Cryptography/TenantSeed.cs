using System.Security.Cryptography;

namespace KmsGateway.Cryptography;

/// <summary>The secret that a tenant's values are encrypted under, in memory that the garbage collector cannot copy. Zeroed on disposal.</summary>
public sealed class TenantSeed : IDisposable
{
    public const int Size = 32;

    private readonly byte[] _secret = GC.AllocateArray<byte>(Size, pinned: true);

    /// <summary>Takes a copy of the secret; the caller clears its own.</summary>
    public TenantSeed(string tenant, string kid, ReadOnlySpan<byte> secret)
    {
        if (secret.Length != Size)
        {
            throw new ArgumentException($"A seed has {Size} bytes.", nameof(secret));
        }

        (Tenant, Kid) = (tenant, kid);
        secret.CopyTo(_secret);
    }

    public string Tenant { get; }

    public string Kid { get; }

    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);

    /// <summary>Never the secret: this text may end in a log.</summary>
    public override string ToString() => $"TenantSeed({Tenant}, {Kid})";
}
