namespace KmsGateway.Keys.Audit;

/// <summary>The audit trail in the key store is not what gateways wrote.</summary>
internal sealed class AuditChainException(long n, string problem) : Exception(
    $"The audit trail in the key store is broken: entry {n} {problem}. Somebody has written to the database; compare it with a backup.")
{
}
