using System.Diagnostics.Metrics;

namespace KmsGateway.Keys.Instruments;

/// <summary>Counts keys that came into use, attempts to get there that failed, and seeds that were destroyed.</summary>
internal sealed class KeyRotations
{
    private readonly Counter<long> _rotations;
    private readonly Counter<long> _shredded;
    private readonly KeyRetrievals _errors;

    public KeyRotations(KeysMeter meter, KeyRetrievals errors)
    {
        _errors = errors;
        _rotations = meter.Meter.CreateCounter<long>(
            "kms.rotations", "{rotation}", "Keys that came into use (success), and attempts that ended before (failure).");
        _shredded = meter.Meter.CreateCounter<long>("kms.keys_shredded", "{key}", "Seeds that were destroyed, with all values under them.");
        _shredded.Add(0);
        Count("success", 0);
        Count("failure", 0);
    }

    public void Succeeded() => Count("success", 1);

    public void Shredded() => _shredded.Add(1);

    /// <param name="kind">One of <see cref="KeyKind"/>.</param>
    public void Failed(string kind, string tenant)
    {
        Count("failure", 1);
        _errors.Failed(KeyOperation.Rotate(kind), tenant);
    }

    private void Count(string outcome, int rotations) => _rotations.Add(rotations, new KeyValuePair<string, object?>("outcome", outcome));
}
