using KmsGateway.Evidence.Encryption;
using KmsGateway.Keys;
using KmsGateway.Keys.Administration;
using KmsGateway.Keys.Audit;
using KmsGateway.Proxy.Telemetry;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>Decrypts values once it is written down who asks for them and why. What cannot be written down is not decrypted.</summary>
internal sealed class ValueDecryption(TenantKeys keys, AuditTrail trail, GatewayMetrics metrics)
{
    private const string Action = "decrypt";

    /// <exception cref="KeyAdministrationException">The key store does not take the entry.</exception>
    public async Task<DecryptionResult> DecryptAsync(
        IReadOnlyList<ValueToDecrypt> values, string actor, string reason, CancellationToken cancellationToken)
    {
        var kids = values.Select(value => value.Value?.Kid).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        using var leases = await SeedLeases.TakeAsync(keys, kids, cancellationToken);
        var n = await trail.AppendAsync(new AuditEntry(Action, actor, reason, leases.Tenants, kids, values.Count), cancellationToken);
        var opener = new ValueOpener();
        var result = new DecryptionResult(n, [.. values.Select(value => Open(value, leases, opener))]);
        metrics.Decrypted(result.Decrypted, values.Count - result.Decrypted);
        return result;
    }

    private static ValueResult Open(ValueToDecrypt asked, SeedLeases leases, ValueOpener opener)
    {
        if (asked.Value is not { } value)
        {
            return ValueErrors.NotEncrypted(asked.Text);
        }

        if (leases.TryGet(value.Kid, out var tenant, out var decryptor) is var failure && failure != KeyFailure.None)
        {
            return ValueErrors.Of(failure);
        }

        var refusal = opener.Open(value, asked.Location, tenant, decryptor!, out var clear);
        return clear is null ? ValueErrors.Of(refusal) : ValueResult.Of(clear);
    }
}
