using System.Collections.Concurrent;
using KmsGateway.Keys.Options;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Instruments;

/// <summary>
/// The names of tenants as metrics may carry them: the first so many, all others are <see cref="Other"/>. A series is never given back,
/// so the bound is one of the process's life.
/// </summary>
public sealed class TenantLabels(IOptions<TenantLabelOptions> options)
{
    public const string Other = "other";

    private readonly ConcurrentDictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private volatile bool _isFull;

    /// <param name="tenant">A tenant that is known: names that requests make up would use up the labels.</param>
    public string Of(string tenant)
    {
        if (_labels.TryGetValue(tenant, out var label))
        {
            return label;
        }

        return _isFull ? Other : Add(tenant);
    }

    private string Add(string tenant)
    {
        lock (_lock)
        {
            _isFull = _labels.Count >= options.Value.MaxTenantLabels;
            return _isFull ? Other : _labels.GetOrAdd(tenant, tenant);
        }
    }
}
