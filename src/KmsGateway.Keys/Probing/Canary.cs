using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys.Probing;

/// <summary>The wrapped secret whose unwrapping shows that the KMS does what signing needs.</summary>
internal sealed class Canary(ResilientKms kms, IKeyStore store, TimeProvider time)
{
    private volatile StoredCanary? _stored;

    /// <summary>Loads it, on the first start makes it.</summary>
    public async Task EnsureAsync(bool mayCreate, CancellationToken cancellationToken) =>
        _stored = await store.FindCanaryAsync(cancellationToken)
            ?? (mayCreate ? await CreateAsync(cancellationToken) : throw new KeyStartException("The key store has no canary yet."));

    /// <exception cref="KmsException">The KMS does not unwrap it.</exception>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var stored = _stored ?? throw new InvalidOperationException("The canary is not loaded.");
        using var secret = await kms.ProbeAsync(stored.Wraps, EncryptionContext.ForCanary(store.Id, stored.Id), cancellationToken);
    }

    private async Task<StoredCanary> CreateAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var wraps = await kms.GenerateSeedAsync(EncryptionContext.ForCanary(store.Id, id), KmsPurpose.Create, cancellationToken);
        return await store.AddCanaryAsync(new StoredCanary(id, wraps, now), cancellationToken);
    }
}
