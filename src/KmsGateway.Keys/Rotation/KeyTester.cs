using System.Security.Cryptography;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Rotation;

/// <summary>
/// Lets a new key prove itself before anybody relies on it. In every Region a signing key must unwrap, belong to its public key, sign and
/// verify; a seed must unwrap, and be the same everywhere.
/// </summary>
/// <remarks>Any gateway on the store does it, as those that make keys may not be allowed to unwrap them.</remarks>
internal sealed class KeyTester(ResilientKms kms, IKeyStore store, KeyRotations rotations, TimeProvider time, ILogger<KeyTester> logger)
{
    private const string SelfTestTyp = "kmsgw-selftest+jws";

    /// <summary>Tests it and notes the result. Returns whether it works; one that could not be tested stays as it is.</summary>
    public async Task<bool> TestAsync(KeyVersion key, CancellationToken cancellationToken)
    {
        try
        {
            await (key.Purpose == KeyPurpose.Signing ? TestSigningKeyAsync(key, cancellationToken) : TestSeedAsync(key, cancellationToken));
        }
        catch (KmsException exception) when (
            exception.Failure is KmsFailure.InvalidCiphertext or KmsFailure.NotFound)
        {
            rotations.Failed(key.Purpose, key.Tenant);
            KeysLog.KeyFailed(logger, exception, key.Kid, key.Tenant);
            await store.MarkFailedAsync(key.Id, KmsException.Code(exception.Failure), cancellationToken);
            return false;
        }
        catch (KmsException exception)
        {
            // This gateway may not unwrap, or the KMS is away: another one, or later.
            KeysLog.KeyNotTested(logger, exception, key.Kid, key.Tenant);
            return false;
        }

        await store.MarkTestedAsync(key.Id, time.GetUtcNow(), cancellationToken);
        KeysLog.KeyTested(logger, key.Kid, key.Tenant);
        return true;
    }

    private async Task TestSigningKeyAsync(KeyVersion version, CancellationToken cancellationToken)
    {
        if (!VerificationKey.TryImport(version.PublicKey, out var publicKey) || publicKey.Kid != version.Kid)
        {
            throw new KmsException(KmsFailure.InvalidCiphertext, $"The public key of {version.Kid} is damaged.");
        }

        var context = EncryptionContext.ForSigningKey(store.Id, version.Tenant, version.Algorithm, version.Id);
        foreach (var wrap in await ReadWrapsAsync(version, cancellationToken))
        {
            var secret = await kms.UnwrapAsync([wrap], context, KmsPurpose.Create, cancellationToken);
            using var key = secret.ToSigningKey(publicKey);

            // The type makes sure that what is signed here can never pass for evidence.
            var input = Jws.SigningInput(publicKey, SelfTestTyp, context.ToBytes());
            if (!Jws.TryVerify(Jws.Compact(input, key.Sign(input)), publicKey, SelfTestTyp, out _))
            {
                throw new KmsException(KmsFailure.InvalidCiphertext, $"The new key {publicKey.Kid} does not verify what it signs.");
            }
        }
    }

    private async Task TestSeedAsync(KeyVersion version, CancellationToken cancellationToken)
    {
        if (version.Kid != SeedId.KidOf(version.Id))
        {
            throw new KmsException(KmsFailure.InvalidCiphertext, $"Seed {version.Kid} does not have the id of its row.");
        }

        var context = EncryptionContext.ForSeed(store.Id, version.Tenant, version.Id);
        var wraps = await ReadWrapsAsync(version, cancellationToken);
        using var first = await kms.UnwrapAsync([wraps[0]], context, KmsPurpose.Create, cancellationToken);
        first.ToSeed(version.Tenant, version.Kid).Dispose();
        foreach (var wrap in wraps.Skip(1))
        {
            using var other = await kms.UnwrapAsync([wrap], context, KmsPurpose.Create, cancellationToken);
            if (!CryptographicOperations.FixedTimeEquals(first.Bytes, other.Bytes))
            {
                throw new KmsException(KmsFailure.InvalidCiphertext, $"The wraps of seed {version.Kid} are not all of the same one.");
            }
        }
    }

    private async Task<IReadOnlyList<KeyWrap>> ReadWrapsAsync(KeyVersion version, CancellationToken cancellationToken) =>
        await store.ReadWrapsAsync(version.Id, cancellationToken) is { Count: > 0 } wraps
            ? wraps
            : throw new KmsException(KmsFailure.NotFound, $"The key store has no wrap of key {version.Kid}.");
}
