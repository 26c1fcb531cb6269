using KmsGateway.Keys;

namespace KmsGateway.Benchmarks;

internal static class CachedLease
{
    /// <summary>Takes a lease on a cached key and gives it back. It must not wait: that would be another measurement.</summary>
    public static void TakeAndReturn(this TenantKeys keys, string tenant)
    {
        var pending = keys.GetSigningKeyAsync(tenant, CancellationToken.None);
        if (!pending.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException($"The key of {tenant} is not cached.");
        }

        pending.Result.Lease!.Dispose();
    }
}
