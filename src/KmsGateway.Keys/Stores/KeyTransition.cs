namespace KmsGateway.Keys.Stores;

/// <summary>What happens to keys at one moment, with the entries of the trust chain that tell of it: all of it, or nothing.</summary>
/// <param name="Events">None where it is about seeds: the chain knows nothing of them.</param>
internal sealed record KeyTransition(IReadOnlyList<KeyStep> Steps, IReadOnlyList<StoredEvent> Events, DateTimeOffset At);
