using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace KmsGateway.FakeKms;

/// <summary>
/// A symmetric key: AES-256-GCM, whose associated data are its id and the encryption context. A ciphertext is
/// <c>1 | key id (16) | nonce (12) | ciphertext | tag (16)</c>.
/// </summary>
public sealed class SymmetricKey : KmsKey
{
    public const string DefaultSpec = "SYMMETRIC_DEFAULT";

    private const int TagSize = 16;
    private const int NonceSize = 12;
    private const int IdSize = 16;
    private const int Head = 1 + IdSize + NonceSize;

    private readonly byte[] _secret;

    public SymmetricKey(string region, bool multiRegion)
        : this(region, NewId(multiRegion), RandomNumberGenerator.GetBytes(32))
    {
    }

    private SymmetricKey(string region, string id, byte[] secret)
        : base(region, id, DefaultSpec, EncryptDecrypt)
    {
        _secret = secret;
    }

    private Guid Number => Guid.Parse(IsMultiRegion ? Id["mrk-".Length..] : Id);

    public override KmsKey ReplicateTo(string region) => new SymmetricKey(region, Id, _secret);

    /// <summary>Whether a ciphertext says that this key, or a replica of it, made it.</summary>
    public bool Made(ReadOnlySpan<byte> ciphertext) =>
        ciphertext.Length >= Head + TagSize && ciphertext[0] == 1 && new Guid(ciphertext.Slice(1, IdSize)) == Number;

    public byte[] Encrypt(ReadOnlySpan<byte> plaintext, IReadOnlyDictionary<string, string> context)
    {
        ThrowIfUnusable();
        var ciphertext = new byte[Head + plaintext.Length + TagSize];
        ciphertext[0] = 1;
        Number.TryWriteBytes(ciphertext.AsSpan(1));
        RandomNumberGenerator.Fill(ciphertext.AsSpan(1 + IdSize, NonceSize));
        using var aes = new AesGcm(_secret, TagSize);
        aes.Encrypt(
            ciphertext.AsSpan(1 + IdSize, NonceSize), plaintext, ciphertext.AsSpan(Head, plaintext.Length), ciphertext.AsSpan(^TagSize..),
            AssociatedData(context));
        return ciphertext;
    }

    public byte[] Decrypt(ReadOnlySpan<byte> ciphertext, IReadOnlyDictionary<string, string> context)
    {
        ThrowIfUnusable();
        var plaintext = new byte[ciphertext.Length - Head - TagSize];
        using var aes = new AesGcm(_secret, TagSize);
        try
        {
            aes.Decrypt(
                ciphertext.Slice(1 + IdSize, NonceSize), ciphertext[Head..^TagSize], ciphertext[^TagSize..], plaintext, AssociatedData(context));
            return plaintext;
        }
        catch (CryptographicException)
        {
            throw KmsError.InvalidCiphertext();
        }
    }

    private byte[] AssociatedData(IReadOnlyDictionary<string, string> context) => Encoding.UTF8.GetBytes(
        JsonSerializer.Serialize(context.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new[] { pair.Key, pair.Value })
            .Prepend([Id])));
}
