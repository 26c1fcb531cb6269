using KmsGateway.Keys.Options;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Retrieval;

/// <summary>Unwraps the tenants' keys before the gateway says that it is ready, as many as the cache keeps.</summary>
internal sealed class WarmUp(
    ActiveKeys activeKeys, TenantKeys keys, IOptions<CacheOptions> options, TimeProvider time, ILogger<WarmUp> logger)
{
    private const int AtATime = 16;
    private const int Steps = 10;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.WarmUp)
        {
            return;
        }

        var tenants = activeKeys.Current.Where(key => key.Trusted is not null).Select(key => key.Trusted!.Tenant)
            .Take(options.Value.SigningKeys).ToList();
        var start = time.GetTimestamp();
        var (done, failed) = (0, 0);
        await Parallel.ForEachAsync(
            tenants,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken },
            async (tenant, token) =>
            {
                var result = await keys.GetSigningKeyAsync(tenant, token);
                result.Lease?.Dispose();
                if (result.Failure is not KeyFailure.None)
                {
                    Interlocked.Increment(ref failed);
                }

                var count = Interlocked.Increment(ref done);
                if (tenants.Count >= Steps && count % (tenants.Count / Steps) == 0)
                {
                    KeysLog.WarmUpProgress(logger, count, tenants.Count);
                }
            });
        KeysLog.WarmUpDone(logger, tenants.Count - failed, tenants.Count, (long)time.GetElapsedTime(start).TotalMilliseconds);
    }
}
