using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>How many values each actor may have decrypted: a bucket of a minute's worth, which fills evenly.</summary>
/// <remarks>The limiters of System.Threading.RateLimiting do not take a <see cref="TimeProvider"/>. Actors are those of the settings, so few.</remarks>
internal sealed class DecryptionBudget(IOptions<AdminOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly double _perMinute = options.Value.DecryptValuesPerMinute;

    /// <param name="actor">Who asks.</param>
    /// <param name="values">How many values; never more than a minute's worth.</param>
    /// <param name="retryAfter">When there will be enough, if there is not now.</param>
    public bool TryTake(string actor, int values, out TimeSpan retryAfter)
    {
        var now = time.GetTimestamp();
        var bucket = _buckets.GetOrAdd(actor, static (_, start) => new Bucket(start.Values, start.Now), (Values: _perMinute, Now: now));
        lock (bucket)
        {
            bucket.Values = Math.Min(_perMinute, bucket.Values + (_perMinute * time.GetElapsedTime(bucket.Since, now).TotalMinutes));
            bucket.Since = now;
            var missing = values - bucket.Values;
            if (missing > 0)
            {
                retryAfter = TimeSpan.FromMinutes(missing / _perMinute);
                return false;
            }

            bucket.Values -= values;
            retryAfter = TimeSpan.Zero;
            return true;
        }
    }

    private sealed class Bucket(double values, long since)
    {
        public double Values { get; set; } = values;

        public long Since { get; set; } = since;
    }
}
