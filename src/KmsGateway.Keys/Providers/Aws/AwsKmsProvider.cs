using System.Security.Cryptography;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Options;

namespace KmsGateway.Keys.Providers.Aws;

/// <summary>AWS KMS: keys are made in it, leave it wrapped under one of its symmetric keys, and are unwrapped by it.</summary>
/// <remarks>
/// Retries are not the SDK's (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html): hidden in a call they would multiply
/// with those around it.
/// </remarks>
internal sealed class AwsKmsProvider(IReadOnlyList<AwsRegion> regions, bool keyPairsLocally) : IKmsProvider, IDisposable
{
    private const int SeedSize = 32;

    public string Name => KmsOptions.AwsProvider;

    public IReadOnlyList<string> Regions { get; } = [.. regions.Select(region => region.Name)];

    // One Region's data key cannot be had without its plaintext and be wrapped by another Region's key.
    public bool MakesSeedsLocally { get; } = keyPairsLocally && regions.Count > 1;

    public async Task<WrappedSigningKey> GenerateSigningKeyAsync(
        string region, EncryptionContext context, CancellationToken cancellationToken)
    {
        if (keyPairsLocally)
        {
            using var secret = new UnwrappedSecret(SigningKey.SecretSize);
            using var key = SigningKey.Generate(context.Algorithm, secret.Bytes);
            return new WrappedSigningKey(
                await EncryptEverywhereAsync(secret, context, cancellationToken), key.PublicKey.Bytes.ToArray(), MadeLocally: true);
        }

        var at = Find(region);
        var request = new GenerateDataKeyPairWithoutPlaintextRequest
        {
            KeyId = at.KeyId,
            KeyPairSpec = context.Algorithm == SigningAlgorithm.Es256 ? DataKeyPairSpec.ECC_NIST_P256 : DataKeyPairSpec.ECC_NIST_EDWARDS25519,
            EncryptionContext = context.ToDictionary(),
        };
        var made = await CallAsync(
            at,
            "GenerateDataKeyPairWithoutPlaintext",
            token => at.Creator.GenerateDataKeyPairWithoutPlaintextAsync(request, token),
            cancellationToken);
        return new WrappedSigningKey(
            WrapsEverywhere(at, made.KeyId, made.PrivateKeyCiphertextBlob),
            KeyEncodings.RawPublicKey(made.PublicKey.ToArray()),
            MadeLocally: false);
    }

    public async Task<IReadOnlyList<KeyWrap>> GenerateSeedAsync(
        string region, EncryptionContext context, CancellationToken cancellationToken)
    {
        if (MakesSeedsLocally)
        {
            using var seed = new UnwrappedSecret(SeedSize);
            RandomNumberGenerator.Fill(seed.Bytes);
            return await EncryptEverywhereAsync(seed, context, cancellationToken);
        }

        var at = Find(region);
        var request = new GenerateDataKeyWithoutPlaintextRequest
        {
            KeyId = at.KeyId,
            NumberOfBytes = SeedSize,
            EncryptionContext = context.ToDictionary(),
        };
        var made = await CallAsync(
            at, "GenerateDataKeyWithoutPlaintext", token => at.Creator.GenerateDataKeyWithoutPlaintextAsync(request, token), cancellationToken);
        return WrapsEverywhere(at, made.KeyId, made.CiphertextBlob);
    }

    public async Task<UnwrappedSecret> UnwrapAsync(KeyWrap wrap, EncryptionContext context, CancellationToken cancellationToken)
    {
        ThrowIfNotMine(wrap, context);
        var at = Find(wrap.Region);
        var request = new DecryptRequest
        {
            // Named, although a ciphertext knows its key: so that no other one can take its place.
            KeyId = wrap.KeyReference,
            CiphertextBlob = new MemoryStream(wrap.Blob, writable: false),
            EncryptionContext = context.ToDictionary(),
        };
        var opened = await CallAsync(at, "Decrypt", token => at.User.DecryptAsync(request, token), cancellationToken);
        return Take(opened.Plaintext, context);
    }

    public async Task<WrappedSigningKey> GetOrCreateRootAsync(
        string region, EncryptionContext context, CancellationToken cancellationToken)
    {
        var answers = new List<(AwsRegion At, GetPublicKeyResponse Key)>();
        foreach (var at in regions)
        {
            answers.Add((at, await GetPublicKeyAsync(at, at.RootKeyId, cancellationToken)));
        }

        var publicKey = KeyEncodings.RawPublicKey(answers[0].Key.PublicKey.ToArray());
        if (answers.Find(answer => !KeyEncodings.RawPublicKey(answer.Key.PublicKey.ToArray()).AsSpan().SequenceEqual(publicKey)) is { At: { } other })
        {
            throw new KmsException(
                KmsFailure.Misconfigured,
                $"The root key in {other.Name} is another one than that in {regions[0].Name}. Set RootKeyId to the replicas of one multi-Region key.");
        }

        return new WrappedSigningKey(
            [.. answers.Select(answer => Wrap(answer.At.Name, answer.Key.KeyId, []))], publicKey, MadeLocally: false);
    }

    public async Task<VerificationKey> GetRootPublicKeyAsync(
        KeyWrap root, EncryptionContext context, CancellationToken cancellationToken)
    {
        ThrowIfNotMine(root, context);

        // The key of the settings, not of the store: who can write to the store must not choose the root.
        var at = Find(root.Region);
        var answer = await GetPublicKeyAsync(at, at.RootKeyId, cancellationToken);
        return VerificationKey.TryImport(KeyEncodings.RawPublicKey(answer.PublicKey.ToArray()), out var key)
            ? key
            : throw new KmsException(KmsFailure.Misconfigured, $"The root key in {at.Name} is not for Ed25519 or P-256.");
    }

    public async Task<byte[]> SignByRootAsync(
        KeyWrap root, EncryptionContext context, byte[] input, CancellationToken cancellationToken)
    {
        ThrowIfNotMine(root, context);
        var at = Find(root.Region);
        var isP256 = context.Algorithm == SigningAlgorithm.Es256;
        var request = new SignRequest
        {
            KeyId = at.RootKeyId,
            Message = new MemoryStream(input, writable: false),
            MessageType = MessageType.RAW,
            SigningAlgorithm = isP256 ? SigningAlgorithmSpec.ECDSA_SHA_256 : SigningAlgorithmSpec.ED25519_SHA_512,
        };
        var signed = await CallAsync(at, "Sign", token => at.Creator.SignAsync(request, token), cancellationToken);
        return isP256 ? KeyEncodings.RawSignature(signed.Signature.ToArray()) : signed.Signature.ToArray();
    }

    public void Dispose()
    {
        foreach (var region in regions)
        {
            region.Dispose();
        }
    }

    private static Task<GetPublicKeyResponse> GetPublicKeyAsync(AwsRegion at, string keyId, CancellationToken cancellationToken) =>
        CallAsync(at, "GetPublicKey", token => at.User.GetPublicKeyAsync(new GetPublicKeyRequest { KeyId = keyId }, token), cancellationToken);

    private void ThrowIfNotMine(KeyWrap wrap, EncryptionContext context)
    {
        if (wrap.Provider != Name)
        {
            throw new KmsException(
                KmsFailure.NotFound, $"The {context.Purpose} key {context.Id} is wrapped by KMS provider '{wrap.Provider}', not by '{Name}'.");
        }
    }

    private AwsRegion Find(string region) =>
        regions.FirstOrDefault(candidate => candidate.Name == region)
        ?? throw new KmsException(KmsFailure.NotFound, $"Region '{region}' is neither Kms:Region nor in Kms:OtherRegions.");

    // The SDK's own copies of the answer, its text and its base64, are beyond reach; this one is not.
    private static UnwrappedSecret Take(MemoryStream plaintext, EncryptionContext context)
    {
        var bytes = plaintext.TryGetBuffer(out var buffer) ? buffer : throw new InvalidOperationException("the SDK hides its buffer");
        try
        {
            // Pairs made here are wrapped as they are; the KMS's own are PKCS#8.
            return context.Purpose == KeyPurpose.Signing && bytes.Count != SigningKey.SecretSize
                ? KeyEncodings.Secret(bytes.AsMemory(), context.Algorithm)
                : Copy(bytes);
        }
        catch (CryptographicException exception)
        {
            throw new KmsException(
                KmsFailure.InvalidCiphertext, $"The wrap of {context.Purpose} key {context.Id} does not hold a private key.", exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static UnwrappedSecret Copy(ReadOnlySpan<byte> bytes)
    {
        var secret = new UnwrappedSecret(bytes.Length);
        bytes.CopyTo(secret.Bytes);
        return secret;
    }

    // All or none: a Region that was left out would be missed on the day it is needed.
    private async Task<IReadOnlyList<KeyWrap>> EncryptEverywhereAsync(
        UnwrappedSecret secret, EncryptionContext context, CancellationToken cancellationToken)
    {
        var wraps = new List<KeyWrap>();
        foreach (var at in regions)
        {
            var copy = secret.Bytes.ToArray();
            try
            {
                var request = new EncryptRequest
                {
                    KeyId = at.KeyId,
                    Plaintext = new MemoryStream(copy, writable: false),
                    EncryptionContext = context.ToDictionary(),
                };
                var encrypted = await CallAsync(at, "Encrypt", token => at.Creator.EncryptAsync(request, token), cancellationToken);
                wraps.Add(Wrap(at.Name, encrypted.KeyId, encrypted.CiphertextBlob.ToArray()));
            }
            finally
            {
                CryptographicOperations.ZeroMemory(copy);
            }
        }

        return wraps;
    }

    // A replica unwraps what the other wrapped, so the same bytes are its wrap.
    private List<KeyWrap> WrapsEverywhere(AwsRegion at, string arn, MemoryStream blob)
    {
        if (regions.Count > 1 && !AwsKeyArn.IsMultiRegion(arn))
        {
            throw new KmsException(
                KmsFailure.Misconfigured,
                $"Kms:OtherRegions is set, but the KMS key in {at.Name} is no multi-Region key: what it wraps cannot be unwrapped elsewhere. "
                + $"Set each KeyId to a replica of one multi-Region key, or Kms:KeyPairs to '{KmsOptions.KeyPairsLocally}'.");
        }

        return [.. regions.Select(region => Wrap(region.Name, region == at ? arn : AwsKeyArn.In(arn, region.Name), blob.ToArray()))];
    }

    private KeyWrap Wrap(string region, string arn, byte[] blob) => new()
    {
        Provider = Name,
        Region = region,
        KeyReference = arn,
        ContextVersion = EncryptionContext.CurrentVersion,
        Blob = blob,
    };

    private static async Task<T> CallAsync<T>(
        AwsRegion at, string operation, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(cancellationToken);
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw AwsErrors.Explain(operation, at.Name, exception);
        }
    }
}
