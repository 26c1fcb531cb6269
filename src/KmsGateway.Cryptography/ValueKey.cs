using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace KmsGateway.Cryptography;

/// <summary>An AES-256-GCM key for the values of one tenant, made from a seed and a salt (docs/format.md, E-5 and E-6). For one thread at a time.</summary>
public sealed class ValueKey : IDisposable
{
    public const int SaltSize = 16;
    public const int NonceSize = 12;
    public const int TagSize = 16;

    /// <summary>
    /// NIST SP 800-38D allows 2^32 random nonces under one key, with a chance of 2^-33 that two are equal; with 2^30 it is 2^-37.
    /// </summary>
    public const long MaxUses = 1L << 30;

    // One call of the random source for many nonces: it costs more than the cipher does. A nonce is no secret, before its use either.
    private const int NoncesAtATime = 128;

    private readonly AesGcm _cipher;
    private readonly byte[] _head;
    private readonly byte[] _nonces = new byte[NoncesAtATime * NonceSize];
    private readonly long _maxUses;
    private int _nextNonce = NoncesAtATime;

    internal ValueKey(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> salt, string tenant, string kid, long maxUses)
    {
        Span<byte> key = stackalloc byte[TenantSeed.Size];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, key, salt, Encoding.ASCII.GetBytes($"{EncryptedValue.Format}\0{tenant}\0{kid}"));
        _cipher = new AesGcm(key, TagSize);
        CryptographicOperations.ZeroMemory(key);
        _head = Encoding.ASCII.GetBytes($"{EncryptedValue.Format}.{kid}.{Base64UrlText.Encode(salt)}.");
        _maxUses = maxUses;
    }

    /// <summary>How many values were encrypted with it.</summary>
    public long Uses { get; private set; }

    /// <summary>It may not be used again: take another.</summary>
    public bool IsWornOut => Uses >= _maxUses;

    /// <summary>The encrypted value, as a span carries it.</summary>
    /// <param name="destination">Of <see cref="EncryptedValue.LengthOf"/> the plaintext's length.</param>
    public void Encrypt(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData, Span<byte> destination)
    {
        if (_nextNonce == NoncesAtATime)
        {
            RandomNumberGenerator.Fill(_nonces);
            _nextNonce = 0;
        }

        Encrypt(_nonces.AsSpan(NonceSize * _nextNonce++, NonceSize), plaintext, associatedData, destination);
    }

    /// <summary>With a given nonce: the same value gives the same text.</summary>
    internal void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData, Span<byte> destination)
    {
        if (IsWornOut)
        {
            throw new InvalidOperationException("This key has been used as often as it may be.");
        }

        Uses++;
        _head.CopyTo(destination);
        var rest = destination[_head.Length..];
        rest = rest[Base64Url.EncodeToUtf8(nonce, rest)..];
        rest[0] = (byte)'.';
        rest = rest[1..];
        _cipher.Encrypt(nonce, plaintext, rest[..plaintext.Length], rest.Slice(plaintext.Length, TagSize), associatedData);
        Base64Url.TryEncodeToUtf8InPlace(rest, plaintext.Length + TagSize, out _);
    }

    /// <param name="sealedBytes">Ciphertext and tag.</param>
    /// <param name="plaintext">As long as the ciphertext; zeros if it is not what was encrypted.</param>
    public bool TryDecrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> associatedData, Span<byte> plaintext)
    {
        try
        {
            _cipher.Decrypt(nonce, sealedBytes[..^TagSize], sealedBytes[^TagSize..], plaintext, associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _cipher.Dispose();
}
