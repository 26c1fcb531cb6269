using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace KmsGateway.Cryptography;

/// <summary>One version of a tenant's seed, from which the keys of encrypted values are derived (docs/format.md, E-5).</summary>
/// <remarks>
/// Who encrypts takes a key for a while that nobody else uses in that time, so its count of uses needs no lock; who comes next takes it
/// over. Each key has a salt of its own, drawn when it is made: no two processes, and no two lives of a seed in one, share a key.
/// </remarks>
public sealed class TenantSeed : IDisposable
{
    public const int Size = 32;

    private static readonly int MaxIdle = 2 * Environment.ProcessorCount;

    private readonly byte[] _secret = GC.AllocateArray<byte>(Size, pinned: true);
    private readonly ConcurrentQueue<ValueKey> _idle = new();
    private readonly long _maxUses;
    private volatile bool _disposed;

    /// <param name="tenant">Whose it is.</param>
    /// <param name="kid">What encrypted values name it by: 32 lower-case hex digits.</param>
    /// <param name="secret">Is copied; the caller clears its own.</param>
    public TenantSeed(string tenant, string kid, ReadOnlySpan<byte> secret)
        : this(tenant, kid, secret, ValueKey.MaxUses)
    {
    }

    /// <summary>With less uses of a key than there may be: for tests.</summary>
    internal TenantSeed(string tenant, string kid, ReadOnlySpan<byte> secret, long maxUses)
    {
        if (secret.Length != Size)
        {
            throw new CryptographicException($"A seed has {Size} bytes.");
        }

        secret.CopyTo(_secret);
        (Tenant, Kid, _maxUses) = (tenant, kid, maxUses);
    }

    public string Tenant { get; }

    public string Kid { get; }

    /// <summary>A key to encrypt with, for the caller alone until it is given back.</summary>
    public ValueKey Take()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _idle.TryDequeue(out var key) ? key : New();
    }

    public void GiveBack(ValueKey key)
    {
        if (_idle.Count >= MaxIdle)
        {
            key.Dispose();
            return;
        }

        _idle.Enqueue(key);
        if (_disposed)
        {
            // Disposed while this one was out.
            Clear();
        }
    }

    /// <summary>The key under which values with this salt were encrypted.</summary>
    public ValueKey Derive(ReadOnlySpan<byte> salt)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new ValueKey(_secret, salt, Tenant, Kid, _maxUses);
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_secret);
        Clear();
    }

    /// <summary>Never the secret: this text may end in a log.</summary>
    public override string ToString() => $"TenantSeed({Tenant}, {Kid})";

    private ValueKey New()
    {
        Span<byte> salt = stackalloc byte[ValueKey.SaltSize];
        RandomNumberGenerator.Fill(salt);
        return Derive(salt);
    }

    private void Clear()
    {
        while (_idle.TryDequeue(out var key))
        {
            key.Dispose();
        }
    }
}
