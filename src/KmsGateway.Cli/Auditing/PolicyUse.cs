namespace KmsGateway.Cli.Auditing;

/// <summary>A policy that statements of verified spans name.</summary>
/// <param name="Tenant">Of the statements.</param>
/// <param name="Id">Its hash, as they name it.</param>
/// <param name="First">The first signing time.</param>
/// <param name="Last">The last signing time.</param>
/// <param name="Spans">Verified under it.</param>
internal sealed record PolicyUse(string Tenant, string Id, ulong First, ulong Last, long Spans);
