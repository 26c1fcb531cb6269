using System.Security.Cryptography;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Providers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Retrieval;

/// <summary>
/// Unwraps keys in use anew before their time is over, so that no request waits for the KMS and an outage finds them young; and drops
/// those whose time is over, or that the KMS refuses by now.
/// </summary>
internal sealed class RefreshAhead<T>(
    KeyCache<T> cache, KeyRetriever<T> retriever, RefusedKeys refused, KeyRetrievals retrievals, TimeProvider time, ILogger<RefreshAhead<T>> logger)
    : BackgroundService
    where T : CachedSecret
{
    private const int AtATime = 8;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseAfterOutage = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            cache.Trim();
            await RefreshDueAsync(stoppingToken);
        }
    }

    internal Task RefreshDueAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        cache.LeaseAll(),
        new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken },
        async (lease, _) =>
        {
            using (lease)
            {
                if (IsDue(lease.Value))
                {
                    await RefreshAsync(lease.Value);
                }
            }
        });

    private bool IsDue(T key)
    {
        key.RefreshShare ??= 0.7 + (0.2 * RandomNumberGenerator.GetInt32(0, 1_001) / 1_000);
        var age = time.GetElapsedTime(key.Since);
        return key.IsUsed && age >= cache.Lifetime * key.RefreshShare && age >= key.PausedUntil;
    }

    private async Task RefreshAsync(T key)
    {
        var kid = key.Kid;
        try
        {
            var fresh = await retriever.RefreshAsync(key);
            if (!cache.TryReplace(kid, fresh))
            {
                fresh.Dispose();
            }
        }
        catch (KmsException exception) when (KmsFailures.IsRefusal(exception.Failure))
        {
            retrievals.Failed(KeyOperation.Refresh(cache.Kind), key.Tenant);
            Refuse(key, exception);
        }
        catch (KeyRetrievalException)
        {
            // It is its tenant's key no more, or destroyed.
            cache.Remove(kid);
        }
        catch (Exception exception)
        {
            // An outage, of the KMS or the store: the key stays until its time is over.
            retrievals.Failed(KeyOperation.Refresh(cache.Kind), key.Tenant);
            KeysLog.KeyNotRefreshed(logger, exception, kid, key.Tenant);
            key.PausedUntil = time.GetElapsedTime(key.Since) + PauseAfterOutage;
        }
    }

    // Permissions reach all of a KMS within seconds when somebody changes them: a denial is believed when it is said twice.
    private void Refuse(T key, KmsException exception)
    {
        key.Denials++;
        if (KmsFailures.NeedsConfirmation(exception.Failure) && key.Denials < 2)
        {
            return;
        }

        KeysLog.KeyRefused(logger, exception, key.Kid, key.Tenant);
        refused.Add(key.Kid, needsConfirmation: false);
        cache.Remove(key.Kid);
    }
}
