using System.Security.Cryptography;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Options;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Providers.Local;

/// <summary>
/// A KMS in a file, for Development: AES-256-GCM under a master key that the same user can read. It protects nothing from that user;
/// <see cref="KmsOptionsValidator"/> refuses it elsewhere.
/// </summary>
/// <remarks>
/// A wrap is <c>1 | nonce (12) | ciphertext | tag (16)</c>, its associated data the encryption context. The master key is read from
/// the file for each operation and cleared after it, so that taking the file away is an outage like that of any KMS.
/// </remarks>
internal sealed class LocalKmsProvider : IKmsProvider
{
    private const byte Format = 1;
    private const int NonceOffset = 1;
    private const int NonceSize = 12;
    private const int CiphertextOffset = NonceOffset + NonceSize;
    private const int TagSize = 16;
    private const int SeedSize = 32;

    private readonly MasterKeyFile _masterKeyFile;

    public LocalKmsProvider(IOptions<KmsOptions> options)
    {
        _masterKeyFile = new MasterKeyFile(options.Value.Local.MasterKeyFile);
    }

    public string Name => KmsOptions.LocalProvider;

    public IReadOnlyList<string> Regions { get; } = [""];

    public bool MakesSeedsLocally => true;

    public async Task<WrappedSigningKey> GenerateSigningKeyAsync(
        string region, EncryptionContext context, CancellationToken cancellationToken)
    {
        using var masterKey = await _masterKeyFile.ReadOrCreateAsync(cancellationToken);
        using var secret = new UnwrappedSecret(SigningKey.SecretSize);
        using var key = SigningKey.Generate(context.Algorithm, secret.Bytes);
        return new WrappedSigningKey([Wrap(masterKey, secret, context)], key.PublicKey.Bytes.ToArray(), MadeLocally: true);
    }

    public async Task<IReadOnlyList<KeyWrap>> GenerateSeedAsync(
        string region, EncryptionContext context, CancellationToken cancellationToken)
    {
        using var masterKey = await _masterKeyFile.ReadOrCreateAsync(cancellationToken);
        using var seed = new UnwrappedSecret(SeedSize);
        RandomNumberGenerator.Fill(seed.Bytes);
        return [Wrap(masterKey, seed, context)];
    }

    public async Task<UnwrappedSecret> UnwrapAsync(KeyWrap wrap, EncryptionContext context, CancellationToken cancellationToken)
    {
        if (wrap.Provider != Name)
        {
            throw new KmsException(
                KmsFailure.NotFound,
                $"The {context.Purpose} key {context.Id} is wrapped by KMS provider '{wrap.Provider}', not by '{Name}'.");
        }

        using var masterKey = await _masterKeyFile.ReadAsync(cancellationToken);
        if (wrap.KeyReference != Fingerprint(masterKey))
        {
            throw new KmsException(
                KmsFailure.NotFound,
                $"The {context.Purpose} key {context.Id} is wrapped under another master key ({wrap.KeyReference}) than the one in "
                + $"file '{_masterKeyFile.Name}' ({Fingerprint(masterKey)}). Restore the file that belongs to this key store.");
        }

        return Unwrap(masterKey, wrap.Blob, context);
    }

    public Task<WrappedSigningKey> GetOrCreateRootAsync(
        string region, EncryptionContext context, CancellationToken cancellationToken) =>
        GenerateSigningKeyAsync(region, context, cancellationToken);

    public async Task<VerificationKey> GetRootPublicKeyAsync(
        KeyWrap root, EncryptionContext context, CancellationToken cancellationToken)
    {
        using var key = await OpenRootAsync(root, context, cancellationToken);
        return key.PublicKey;
    }

    // The private part is in memory only while it signs, which is seldom.
    public async Task<byte[]> SignByRootAsync(
        KeyWrap root, EncryptionContext context, byte[] input, CancellationToken cancellationToken)
    {
        using var key = await OpenRootAsync(root, context, cancellationToken);
        return key.Sign(input);
    }

    private async Task<SigningKey> OpenRootAsync(KeyWrap root, EncryptionContext context, CancellationToken cancellationToken)
    {
        using var secret = await UnwrapAsync(root, context, cancellationToken);
        try
        {
            return SigningKey.Import(context.Algorithm, secret.Bytes);
        }
        catch (CryptographicException exception)
        {
            throw new KmsException(KmsFailure.InvalidCiphertext, "The wrap of the root key does not hold a private key.", exception);
        }
    }

    private KeyWrap Wrap(UnwrappedSecret masterKey, UnwrappedSecret secret, EncryptionContext context)
    {
        var blob = new byte[CiphertextOffset + secret.Bytes.Length + TagSize];
        blob[0] = Format;
        var nonce = blob.AsSpan(NonceOffset, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aead = new AesGcm(masterKey.Bytes, TagSize);
        aead.Encrypt(nonce, secret.Bytes, blob.AsSpan(CiphertextOffset, secret.Bytes.Length), blob.AsSpan(^TagSize..), context.ToBytes());
        return new KeyWrap
        {
            Provider = Name,
            Region = "",
            KeyReference = Fingerprint(masterKey),
            ContextVersion = EncryptionContext.CurrentVersion,
            Blob = blob,
        };
    }

    private static UnwrappedSecret Unwrap(UnwrappedSecret masterKey, byte[] blob, EncryptionContext context)
    {
        if (blob.Length < CiphertextOffset + TagSize || blob[0] != Format)
        {
            throw Refused(context);
        }

        var secret = new UnwrappedSecret(blob.Length - CiphertextOffset - TagSize);
        try
        {
            using var aead = new AesGcm(masterKey.Bytes, TagSize);
            aead.Decrypt(
                blob.AsSpan(NonceOffset, NonceSize),
                blob.AsSpan(CiphertextOffset, secret.Bytes.Length),
                blob.AsSpan(^TagSize..),
                secret.Bytes,
                context.ToBytes());
            return secret;
        }
        catch (CryptographicException)
        {
            secret.Dispose();
            throw Refused(context);
        }
    }

    private static KmsException Refused(EncryptionContext context) => new(
        KmsFailure.InvalidCiphertext,
        $"The wrap of {context.Purpose} key {context.Id} was altered, or was not made for tenant '{context.Tenant}' of this key store.");

    // Names the master key without giving anything of it away.
    private static string Fingerprint(UnwrappedSecret masterKey)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(masterKey.Bytes, "kmsgateway master key fingerprint"u8, hash);
        return Base64UrlText.Encode(hash[..12]);
    }
}
