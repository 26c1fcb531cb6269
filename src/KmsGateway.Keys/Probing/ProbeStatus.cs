namespace KmsGateway.Keys.Probing;

/// <summary>The result of the probes so far.</summary>
/// <param name="State">What to believe, after some damping.</param>
/// <param name="Provider">The name of the KMS provider.</param>
/// <param name="LatencyMs">How long the last successful probe took; null if there was none.</param>
/// <param name="ErrorCode">Why the last probe failed, as a code; null if it succeeded.</param>
/// <param name="LastSuccess">When a probe last succeeded; null if none did.</param>
public sealed record ProbeStatus(ProbeState State, string Provider, long? LatencyMs, string? ErrorCode, DateTimeOffset? LastSuccess);
