using System.Security.Cryptography;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Options;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Providers.Aws;

/// <summary>AWS KMS: keys are made in it, leave it wrapped under one of its symmetric keys, and are unwrapped by it.</summary>
/// <remarks>
/// Retries are not the SDK's (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html): hidden in a call they would multiply
/// with those around it.
/// </remarks>
internal sealed class AwsKmsProvider(IAmazonKeyManagementService kms, IOptions<KmsOptions> options) : IKmsProvider
{
    private const int SeedSize = 32;

    private readonly KmsOptions _options = options.Value;

    public string Name => KmsOptions.AwsProvider;

    public async Task<WrappedSigningKey> GenerateSigningKeyAsync(EncryptionContext context, CancellationToken cancellationToken)
    {
        var request = new GenerateDataKeyPairWithoutPlaintextRequest
        {
            KeyId = _options.KeyId,
            KeyPairSpec = context.Algorithm == SigningAlgorithm.Es256 ? DataKeyPairSpec.ECC_NIST_P256 : DataKeyPairSpec.ECC_NIST_EDWARDS25519,
            EncryptionContext = context.ToDictionary(),
        };
        var made = await CallAsync(
            "GenerateDataKeyPairWithoutPlaintext", () => kms.GenerateDataKeyPairWithoutPlaintextAsync(request, cancellationToken), cancellationToken);
        return new WrappedSigningKey(Wrap(made.KeyId, made.PrivateKeyCiphertextBlob), KeyEncodings.RawPublicKey(made.PublicKey.ToArray()));
    }

    public async Task<KeyWrap> GenerateSeedAsync(EncryptionContext context, CancellationToken cancellationToken)
    {
        var request = new GenerateDataKeyWithoutPlaintextRequest
        {
            KeyId = _options.KeyId,
            NumberOfBytes = SeedSize,
            EncryptionContext = context.ToDictionary(),
        };
        var made = await CallAsync(
            "GenerateDataKeyWithoutPlaintext", () => kms.GenerateDataKeyWithoutPlaintextAsync(request, cancellationToken), cancellationToken);
        return Wrap(made.KeyId, made.CiphertextBlob);
    }

    public async Task<UnwrappedSecret> UnwrapAsync(KeyWrap wrap, EncryptionContext context, CancellationToken cancellationToken)
    {
        if (wrap.Provider != Name)
        {
            throw new KmsException(
                KmsFailure.NotFound, $"The {context.Purpose} key {context.Id} is wrapped by KMS provider '{wrap.Provider}', not by '{Name}'.");
        }

        var request = new DecryptRequest
        {
            // Named, although a ciphertext knows its key: so that no other one can take its place.
            KeyId = wrap.KeyReference,
            CiphertextBlob = new MemoryStream(wrap.Blob, writable: false),
            EncryptionContext = context.ToDictionary(),
        };
        var opened = await CallAsync("Decrypt", () => kms.DecryptAsync(request, cancellationToken), cancellationToken);
        return Take(opened.Plaintext, context);
    }

    // The SDK's own copies of the answer, its text and its base64, are beyond reach; this one is not.
    private static UnwrappedSecret Take(MemoryStream plaintext, EncryptionContext context)
    {
        var bytes = plaintext.TryGetBuffer(out var buffer) ? buffer : throw new InvalidOperationException("the SDK hides its buffer");
        try
        {
            return context.Purpose is KeyPurpose.Signing or KeyPurpose.Root
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

    private KeyWrap Wrap(string arn, MemoryStream blob) => new()
    {
        Provider = Name,
        Region = _options.Region,
        KeyReference = arn,
        ContextVersion = EncryptionContext.CurrentVersion,
        Blob = blob.ToArray(),
    };

    private static async Task<T> CallAsync<T>(string operation, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw AwsErrors.Explain(operation, exception);
        }
    }
}
