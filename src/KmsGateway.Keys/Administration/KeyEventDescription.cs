namespace KmsGateway.Keys.Administration;

/// <summary>One entry of the trust chain, with who did it and why.</summary>
public sealed record KeyEventDescription(long N, DateTimeOffset At, string Kid, string Tenant, string Status, string Actor, string Reason);
