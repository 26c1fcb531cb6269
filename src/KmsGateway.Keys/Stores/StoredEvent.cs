namespace KmsGateway.Keys.Stores;

/// <summary>One entry of the trust chain, with what it does not say itself: who did it, and why.</summary>
internal sealed record StoredEvent(long N, string Jws, string Actor, string Reason, DateTimeOffset At);
