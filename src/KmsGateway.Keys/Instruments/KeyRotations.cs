using System.Diagnostics.Metrics;

namespace KmsGateway.Keys.Instruments;

/// <summary>Counts keys that began to sign, and attempts to get there that failed.</summary>
internal sealed class KeyRotations
{
    private readonly Counter<long> _rotations;
    private readonly KeyRetrievals _errors;

    public KeyRotations(KeysMeter meter, KeyRetrievals errors)
    {
        _errors = errors;
        _rotations = meter.Meter.CreateCounter<long>(
            "kms.rotations", "{rotation}", "Keys that began to sign (success), and attempts that ended before (failure).");
        Count("success", 0);
        Count("failure", 0);
    }

    public void Succeeded() => Count("success", 1);

    public void Failed(string tenant)
    {
        Count("failure", 1);
        _errors.Failed(KeyOperation.RotateSigningKey, tenant);
    }

    private void Count(string outcome, int rotations) => _rotations.Add(rotations, new KeyValuePair<string, object?>("outcome", outcome));
}
