using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace KmsGateway.Cryptography;

/// <summary>One version of a tenant's seed, from which the keys of encrypted values are derived (docs/format.md, E-5).</summary>
/// <remarks>
/// Who encrypts takes an encryptor that nobody else uses meanwhile, so that counting needs no lock; who comes next takes it over. Each has a
/// salt of its own, drawn when it is made: no two processes, and no two lives of a seed in one process, share an AES key.
/// </remarks>
public sealed class TenantSeed : IDisposable
{
    public const int Size = 32;

    private const int KeySize = 32;

    private static readonly int MaxIdle = 2 * Environment.ProcessorCount;

    // A key that is derived while the secret is zeroed would be one that everybody can make.
    private readonly Lock _deriving = new();
    private readonly byte[] _secret = GC.AllocateArray<byte>(Size, pinned: true);
    private readonly ConcurrentQueue<ValueEncryptor> _idle = new();
    private readonly byte[] _info;
    private readonly long _maxUses;
    private volatile bool _disposed;

    /// <param name="tenant">Whose it is.</param>
    /// <param name="kid">What encrypted values name it by: 32 lower-case hex digits.</param>
    /// <param name="secret">Is copied; the caller clears its own.</param>
    public TenantSeed(string tenant, string kid, ReadOnlySpan<byte> secret)
        : this(tenant, kid, secret, ValueEncryptor.MaxUses)
    {
    }

    /// <summary>With fewer uses of a key than there may be: for tests.</summary>
    internal TenantSeed(string tenant, string kid, ReadOnlySpan<byte> secret, long maxUses)
    {
        if (secret.Length != Size)
        {
            throw new CryptographicException($"A seed has {Size} bytes.");
        }

        secret.CopyTo(_secret);
        (Tenant, Kid, _maxUses) = (tenant, kid, maxUses);
        _info = Encoding.ASCII.GetBytes($"{EncryptedValue.Format}\0{tenant}\0{kid}");
    }

    public string Tenant { get; }

    public string Kid { get; }

    /// <summary>For the caller alone until it is given back.</summary>
    public ValueEncryptor Take()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _idle.TryDequeue(out var encryptor) ? encryptor : new ValueEncryptor(this, _maxUses);
    }

    public void GiveBack(ValueEncryptor encryptor)
    {
        if (_idle.Count >= MaxIdle)
        {
            encryptor.Dispose();
            return;
        }

        _idle.Enqueue(encryptor);
        if (_disposed)
        {
            // Disposed while this one was out.
            Clear();
        }
    }

    public void Dispose()
    {
        lock (_deriving)
        {
            _disposed = true;
            CryptographicOperations.ZeroMemory(_secret);
        }

        Clear();
    }

    /// <summary>Never the secret: this text may end in a log.</summary>
    public override string ToString() => $"TenantSeed({Tenant}, {Kid})";

    /// <summary>AES under the key that this seed and a salt give.</summary>
    internal AesGcm DeriveCipher(ReadOnlySpan<byte> salt)
    {
        Span<byte> key = stackalloc byte[KeySize];
        lock (_deriving)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, key, salt, _info);
        }

        var cipher = new AesGcm(key, EncryptedValue.TagSize);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }

    private void Clear()
    {
        while (_idle.TryDequeue(out var encryptor))
        {
            encryptor.Dispose();
        }
    }
}
