using KmsGateway.Keys.Audit;
using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys.Administration;

/// <summary>What was done with secrets, by whom and why: in the key store, append-only, each entry bound to the one before it.</summary>
public sealed class AuditTrail
{
    /// <summary>What <see cref="ReadAsync"/> gives at most.</summary>
    public const int MaxEntries = 1_000;

    private readonly IKeyStore _store;
    private readonly TimeProvider _time;

    internal AuditTrail(IKeyStore store, TimeProvider time)
    {
        (_store, _time) = (store, time);
    }

    /// <summary>Writes it down for ever; what is written about may be given out only after that.</summary>
    /// <returns>The number of the entry.</returns>
    /// <exception cref="KeyAdministrationException">The key store does not answer: nothing may be given out.</exception>
    public Task<long> AppendAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        AdministrationErrors.ExplainAsync(() => _store.AppendAuditAsync(entry, _time.GetUtcNow(), cancellationToken));

    /// <summary>The entries behind number <paramref name="after"/>, verified, with their link to the one before them.</summary>
    /// <param name="limit">How many at most, up to <see cref="MaxEntries"/>.</param>
    /// <exception cref="KeyAdministrationException">Somebody has changed them, or the key store does not answer.</exception>
    public Task<IReadOnlyList<AuditedAct>> ReadAsync(long after, int limit, CancellationToken cancellationToken) =>
        AdministrationErrors.ExplainAsync(async () =>
        {
            ArgumentOutOfRangeException.ThrowIfNegative(after);
            var count = Math.Clamp(limit, 0, MaxEntries);
            if (after == 0)
            {
                return AuditChain.Read(await _store.ReadAuditAsync(first: 1, count, cancellationToken), before: null);
            }

            var entries = await _store.ReadAuditAsync(after, count + 1, cancellationToken);
            if (entries.Count == 0)
            {
                return [];
            }

            return entries[0].N == after
                ? AuditChain.Read([.. entries.Skip(1)], entries[0])
                : throw new AuditChainException(after, "is missing");
        });
}
