using KmsGateway.Keys.Options;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Retrieval;

/// <summary>Unwraps the tenants' keys before the gateway says that it is ready, as many as the cache keeps.</summary>
internal sealed class WarmUp(
    ActiveKeys activeKeys, EncryptingTenants encrypting, TenantKeys keys, IOptions<CacheOptions> options, TimeProvider time, ILogger<WarmUp> logger)
{
    private const int AtATime = 16;
    private const int Steps = 10;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.WarmUp)
        {
            return;
        }

        var signing = activeKeys.Current.Where(key => key.Trusted is not null).Select(key => key.Trusted!.Tenant)
            .Take(options.Value.SigningKeys).Select(tenant => (tenant, Load: (Func<string, CancellationToken, Task<KeyFailure>>)keys.LoadSigningKeyAsync));
        var seeds = activeKeys.CurrentSeeds.Select(seed => seed.Tenant).Where(encrypting.Contains)
            .Take(options.Value.EncryptionKeys).Select(tenant => (tenant, Load: (Func<string, CancellationToken, Task<KeyFailure>>)keys.LoadEncryptionKeyAsync));
        await LoadAsync([.. signing, .. seeds], cancellationToken);
    }

    private async Task LoadAsync(
        IReadOnlyList<(string Tenant, Func<string, CancellationToken, Task<KeyFailure>> Load)> all, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var (done, failed) = (0, 0);
        await Parallel.ForEachAsync(
            all,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken },
            async (key, token) =>
            {
                if (await key.Load(key.Tenant, token) is not KeyFailure.None)
                {
                    Interlocked.Increment(ref failed);
                }

                var count = Interlocked.Increment(ref done);
                if (all.Count >= Steps && count % (all.Count / Steps) == 0)
                {
                    KeysLog.WarmUpProgress(logger, count, all.Count);
                }
            });
        KeysLog.WarmUpDone(logger, all.Count - failed, all.Count, (long)time.GetElapsedTime(start).TotalMilliseconds);
    }
}
