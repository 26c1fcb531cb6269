namespace KmsGateway.Keys.Stores;

/// <summary>The root's statement that the chain is complete up to entry <paramref name="N"/>, as a compact JWS.</summary>
internal sealed record StoredStatement(long N, string AsOf, DateTimeOffset At);
