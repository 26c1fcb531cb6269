using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace KmsGateway.Cryptography;

/// <summary>
/// Encrypts values under keys made from a seed (docs/format.md, E-5 and E-6): each key has a salt that was drawn here, and is given up for
/// another when it has been used often enough. For one thread at a time.
/// </summary>
public sealed class ValueEncryptor : IDisposable
{
    /// <summary>
    /// NIST SP 800-38D allows 2^32 random nonces under one key, with a chance of 2^-33 that two are equal; with 2^30 it is 2^-37.
    /// </summary>
    public const long MaxUses = 1L << 30;

    // One call of the random source for many nonces: it costs more than the cipher does. A nonce is no secret, before its use either.
    private const int NoncesAtATime = 128;

    // What stands here is encoded many bytes at a time; in the place where it will stand, three.
    private const int ShortBytes = 4_096;

    private readonly TenantSeed _seed;
    private readonly long _maxUses;
    private readonly byte[] _nonces = new byte[NoncesAtATime * EncryptedValue.NonceSize];
    private readonly byte[] _sealed = new byte[ShortBytes];
    private AesGcm? _cipher;
    private byte[] _head = [];
    private int _nextNonce = NoncesAtATime;
    private long _uses;

    internal ValueEncryptor(TenantSeed seed, long maxUses)
    {
        (_seed, _maxUses) = (seed, maxUses);
        Renew();
    }

    /// <summary>Writes the encrypted value as a span carries it.</summary>
    /// <param name="plaintext">What only the seed will give back.</param>
    /// <param name="associatedData">Where the value stands: it decrypts nowhere else.</param>
    /// <param name="destination">Of <see cref="EncryptedValue.LengthOf"/> the plaintext's length.</param>
    public void Encrypt(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData, Span<byte> destination)
    {
        if (_uses == _maxUses)
        {
            Renew();
        }

        if (_nextNonce == NoncesAtATime)
        {
            RandomNumberGenerator.Fill(_nonces);
            _nextNonce = 0;
        }

        _uses++;
        var nonce = _nonces.AsSpan(EncryptedValue.NonceSize * _nextNonce++, EncryptedValue.NonceSize);
        _head.CopyTo(destination);
        var rest = destination[_head.Length..];
        rest = rest[Base64Url.EncodeToUtf8(nonce, rest)..];
        rest[0] = (byte)'.';
        rest = rest[1..];
        var length = plaintext.Length + EncryptedValue.TagSize;
        var isShort = length <= _sealed.Length;
        var sealedBytes = isShort ? _sealed.AsSpan(0, length) : rest[..length];
        _cipher!.Encrypt(
            nonce, plaintext, sealedBytes[..plaintext.Length], sealedBytes[plaintext.Length..], associatedData);
        if (isShort)
        {
            Base64Url.EncodeToUtf8(sealedBytes, rest);
        }
        else
        {
            Base64Url.TryEncodeToUtf8InPlace(rest, length, out _);
        }
    }

    public void Dispose() => _cipher?.Dispose();

    /// <summary>A salt and the next nonces that somebody else has drawn, so that a vector gives the same text.</summary>
    internal void Use(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> nonces)
    {
        UseSalt(salt);
        _nextNonce = NoncesAtATime - (nonces.Length / EncryptedValue.NonceSize);
        nonces.CopyTo(_nonces.AsSpan(_nextNonce * EncryptedValue.NonceSize));
    }

    private void Renew()
    {
        Span<byte> salt = stackalloc byte[EncryptedValue.SaltSize];
        RandomNumberGenerator.Fill(salt);
        UseSalt(salt);
    }

    private void UseSalt(ReadOnlySpan<byte> salt)
    {
        var previous = _cipher;
        _cipher = _seed.DeriveCipher(salt);
        _head = Encoding.ASCII.GetBytes($"{EncryptedValue.Format}.{_seed.Kid}.{Base64UrlText.Encode(salt)}.");
        _uses = 0;
        previous?.Dispose();
    }
}
