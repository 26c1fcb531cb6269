namespace KmsGateway.Proxy.Management.Administration;

/// <summary>Values in the order in which they were asked for. Disposing clears them.</summary>
/// <param name="AuditN">The entry of the audit trail about it.</param>
/// <param name="Values">A result for each.</param>
internal sealed record DecryptionResult(long AuditN, IReadOnlyList<ValueResult> Values) : IDisposable
{
    public int Decrypted => Values.Count(value => value.Clear is not null);

    public void Dispose()
    {
        foreach (var value in Values)
        {
            value.Clear?.Dispose();
        }
    }
}
