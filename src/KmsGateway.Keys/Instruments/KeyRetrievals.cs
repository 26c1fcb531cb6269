using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace KmsGateway.Keys.Instruments;

/// <summary>Counts, times and traces retrievals of keys: each is one hit or one miss, and one that fails is a miss and an error.</summary>
internal sealed class KeyRetrievals
{
    private static readonly KeyValuePair<string, object?> Hit = new("cache", "hit");
    private static readonly KeyValuePair<string, object?> Miss = new("cache", "miss");

    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;
    private readonly Counter<long> _errors;
    private readonly Dictionary<string, Series> _series;
    private readonly TenantLabels _tenants;
    private readonly TimeProvider _time;

    public KeyRetrievals(KeysMeter meter, TenantLabels tenants, TimeProvider time)
    {
        _tenants = tenants;
        _time = time;
        _hits = meter.Meter.CreateCounter<long>("kms.cache.hit", "{hit}", "Retrievals of keys answered from memory.");
        _misses = meter.Meter.CreateCounter<long>("kms.cache.miss", "{miss}", "Retrievals of keys that memory could not answer.");
        _errors = meter.Meter.CreateCounter<long>("kms.errors", "{error}", "What failed for a tenant, after all retries.");
        _series = KeyKind.All.ToDictionary(kind => kind, kind => new Series(meter, kind), StringComparer.Ordinal);
        foreach (var series in _series.Values)
        {
            series.Total.Add(0);
            _hits.Add(0, series.KeyType);
            _misses.Add(0, series.KeyType);
        }
    }

    /// <summary>Starts the tenant's series at 0: one that is born with its first failure shows no increase.</summary>
    public void CreateSeries(IEnumerable<string> tenants)
    {
        foreach (var tenant in tenants)
        {
            foreach (var operation in KeyOperation.All)
            {
                Errors(0, operation, tenant);
            }
        }
    }

    public long Start() => _time.GetTimestamp();

    /// <summary>The key was in memory.</summary>
    /// <param name="tenant">Null where keys of all tenants are retrieved at once.</param>
    public void FromCache(string kind, string? tenant, long start)
    {
        var series = _series[kind];
        var elapsed = _time.GetElapsedTime(start);
        series.Total.Add(1);
        _hits.Add(1, series.KeyType);
        series.Seconds.Record(elapsed.TotalSeconds, Hit);
        if (KeysTracing.Source.HasListeners())
        {
            using var activity = StartActivity(series, tenant, isHit: true, startTime: _time.GetUtcNow() - elapsed);
            activity?.SetTag("latency.ms", elapsed.TotalMilliseconds);
        }
    }

    /// <summary>The key was not, and is got from elsewhere until what is returned is disposed.</summary>
    /// <param name="start">When the retrieval began; see <see cref="Start"/>.</param>
    public KeyMiss StartMiss(string kind, string? tenant, long start)
    {
        var series = _series[kind];
        series.Total.Add(1);
        _misses.Add(1, series.KeyType);
        var activity = KeysTracing.Source.HasListeners() ? StartActivity(series, tenant, isHit: false, startTime: default) : null;
        return new KeyMiss(this, kind, tenant, start, activity);
    }

    /// <summary>What <see cref="KeyMiss"/> does when it ends.</summary>
    internal void EndMiss(string kind, string? tenant, long start, Activity? activity, string? errorType)
    {
        var elapsed = _time.GetElapsedTime(start);
        _series[kind].Seconds.Record(elapsed.TotalSeconds, Miss);
        activity?.SetTag("latency.ms", elapsed.TotalMilliseconds);
        if (errorType is not null)
        {
            activity.Fail(errorType, $"There is no {kind} key: {errorType}.");
            Failed(KeyOperation.Retrieve(kind), tenant);
        }
    }

    public void Failed(string operation, string? tenant) => Errors(1, operation, tenant);

    private void Errors(int errors, string operation, string? tenant) =>
        _errors.Add(errors, new("operation", operation), new("tenant_id", tenant is null ? "" : _tenants.Of(tenant)));

    // What the sampler has to know stands in the first tags: misses are recorded whatever the ratio.
    private static Activity? StartActivity(Series series, string? tenant, bool isHit, DateTimeOffset startTime)
    {
        var tags = new TagList { { "key.type", series.Kind }, { "cache.checked", true }, { "cache.hit", isHit } };
        if (tenant is not null)
        {
            tags.Add("tenant.id", tenant);
        }

        return KeysTracing.Source.StartActivity(series.Name, ActivityKind.Internal, parentContext: default, tags, links: null, startTime);
    }

    private sealed class Series(KeysMeter meter, string kind)
    {
        public string Kind { get; } = kind;

        public string Name { get; } = $"kms.retrieve_{kind}_key";

        public KeyValuePair<string, object?> KeyType { get; } = new("key_type", kind);

        public Counter<long> Total { get; } = meter.Meter.CreateCounter<long>(
            $"kms.retrieve_{kind}_key.total", unit: null, $"Retrievals of {kind} keys.");

        public Histogram<double> Seconds { get; } = meter.CreateSeconds($"kms.retrieve_{kind}_key", $"How long retrievals of {kind} keys took.");
    }
}
