using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Retrieval;

/// <summary>An unwrapped seed in the cache.</summary>
internal sealed class CachedSeed(TenantSeed seed, Guid id, long since) : CachedSecret(id, seed.Tenant, seed.Kid, since)
{
    private readonly TaskCompletionSource _cleared = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TenantSeed Seed { get; } = seed;

    /// <summary>Ends when nobody has a lease on it any more, and it is out of the cache.</summary>
    public Task Cleared => _cleared.Task;

    protected override void Clear()
    {
        Seed.Dispose();
        _cleared.SetResult();
    }
}
