using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Providers;

internal static class SeedUnwrapping
{
    /// <summary>The seed in an unwrapped secret. The caller clears the secret.</summary>
    /// <exception cref="KmsException">It is none.</exception>
    public static TenantSeed ToSeed(this UnwrappedSecret secret, string tenant, string kid) => secret.Bytes.Length == TenantSeed.Size
        ? new TenantSeed(tenant, kid, secret.Bytes)
        : throw new KmsException(KmsFailure.InvalidCiphertext, $"The wrap of seed {kid} does not hold {TenantSeed.Size} bytes.");
}
