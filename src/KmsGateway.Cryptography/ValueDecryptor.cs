using System.Security.Cryptography;

namespace KmsGateway.Cryptography;

/// <summary>Decrypts the values of one seed. Values of one time share few salts, so their ciphers are kept. For one thread at a time.</summary>
public sealed class ValueDecryptor : IDisposable
{
    // Who writes values himself may give each a salt of its own.
    private const int MaxKept = 64;

    private readonly TenantSeed _seed;
    private readonly Dictionary<string, AesGcm> _ciphers = new(StringComparer.Ordinal);

    /// <param name="seed">Has to outlive it.</param>
    public ValueDecryptor(TenantSeed seed)
    {
        _seed = seed;
    }

    /// <param name="value">Of this seed.</param>
    /// <param name="associatedData">Where the value stands.</param>
    /// <param name="plaintext">As long as <see cref="EncryptedValue.PlaintextLength"/>; nothing of use unless it fits.</param>
    /// <returns>Whether it was encrypted under this seed and for this place.</returns>
    public bool TryDecrypt(EncryptedValue value, ReadOnlySpan<byte> associatedData, Span<byte> plaintext)
    {
        var bytes = value.Sealed.Span;
        try
        {
            CipherOf(value.Salt.Span).Decrypt(
                value.Nonce.Span, bytes[..^EncryptedValue.TagSize], bytes[^EncryptedValue.TagSize..], plaintext, associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        foreach (var cipher in _ciphers.Values)
        {
            cipher.Dispose();
        }

        _ciphers.Clear();
    }

    private AesGcm CipherOf(ReadOnlySpan<byte> salt)
    {
        var text = Convert.ToHexString(salt);
        if (!_ciphers.TryGetValue(text, out var cipher))
        {
            if (_ciphers.Count == MaxKept)
            {
                Dispose();
            }

            _ciphers.Add(text, cipher = _seed.DeriveCipher(salt));
        }

        return cipher;
    }
}
