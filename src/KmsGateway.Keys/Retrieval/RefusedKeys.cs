using BitFaster.Caching.Lru;

namespace KmsGateway.Keys.Retrieval;

/// <summary>Keys that the KMS refused a moment ago, so that it is not asked again for each span. Bounded: what is pushed out is asked again.</summary>
internal sealed class RefusedKeys(TimeProvider time)
{
    private const int Capacity = 1_000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    // A denial is asked again soon, and believed when it is said twice.
    private static readonly TimeSpan UntilConfirmation = TimeSpan.FromSeconds(5);

    private readonly ConcurrentLru<string, Refusal> _refused = new(1, Capacity, StringComparer.Ordinal);

    public bool Contains(string kid) => _refused.TryGet(kid, out var refusal) && IsFresh(refusal);

    public void Add(string kid, bool needsConfirmation)
    {
        var isSecond = _refused.TryGet(kid, out var earlier) && time.GetElapsedTime(earlier.Since) < Lifetime;
        _refused.AddOrUpdate(kid, new Refusal(time.GetTimestamp(), needsConfirmation && !isSecond ? UntilConfirmation : Lifetime));
    }

    public void Remove(string kid) => _refused.TryRemove(kid);

    private bool IsFresh(Refusal refusal) => time.GetElapsedTime(refusal.Since) < refusal.Lifetime;

    private sealed record Refusal(long Since, TimeSpan Lifetime);
}
