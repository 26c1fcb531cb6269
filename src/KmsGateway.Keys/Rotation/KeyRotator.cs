using System.Security.Cryptography;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Rotation;

/// <summary>Looks through all tenants' keys again and again and has those rotated that need it.</summary>
internal sealed class KeyRotator(
    IOptions<RotationOptions> options,
    ActiveKeys activeKeys,
    IKeyStore store,
    KeyRotation rotation,
    KeyTester tester,
    EncryptingTenants encrypting,
    KeyRotations rotations,
    TimeProvider time,
    ILogger<KeyRotator> logger) : BackgroundService
{
    private const int AtATime = 8;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);
    // Long after anybody waits for them: a gateway that ended has another name when it starts again.
    private static readonly TimeSpan ReplicasKept = TimeSpan.FromDays(1);

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var (changes, changed) = (store.Changes, encrypting.Changed);
            var succeeded = await ScanAsync(stoppingToken);
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(store.WaitForChangeAsync(changes, succeeded ? Jittered(Period) : PauseAfterFailure, waiting.Token), changed);
            await waiting.CancelAsync();
            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>One look at all tenants. False when something failed.</summary>
    internal async Task<bool> ScanAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A tenant that was added a moment ago is why this look is taken.
            await activeKeys.RefreshAsync(cancellationToken);
            await store.RemoveReplicasAsync(time.GetUtcNow() - ReplicasKept, cancellationToken);
            var keys = (await store.ReadKeysAsync(tenant: null, cancellationToken)).ToLookup(key => key.Tenant, StringComparer.Ordinal);
            return options.Value.Enabled
                ? await RotateAsync(keys, cancellationToken)
                : await TestAsync(keys, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            KeysLog.ScanFailed(logger, exception);
            return false;
        }
    }

    private async Task<bool> RotateAsync(ILookup<string, KeyVersion> keys, CancellationToken cancellationToken)
    {
        var due = activeKeys.Tenants
            .SelectMany(tenant => rotation.PurposesOf(tenant).Where(purpose => rotation.IsDue(purpose, keys[tenant])), (tenant, purpose) => (tenant, purpose))
            .ToArray();

        // Several gateways that look at the same time shall not stand in line for the same tenants.
        RandomNumberGenerator.Shuffle<(string Tenant, string Purpose)>(due);
        var allDone = true;
        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken },
            async (key, token) =>
            {
                if (!await TryRunAsync(key.tenant, key.purpose, token))
                {
                    Volatile.Write(ref allDone, false);
                }
            });
        return allDone;
    }

    private async Task<bool> TryRunAsync(string tenant, string purpose, CancellationToken cancellationToken)
    {
        try
        {
            return await rotation.RunAsync(tenant, purpose, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // One tenant's trouble is not the others'.
            rotations.Failed(purpose, tenant);
            KeysLog.NotRotated(logger, exception, tenant);
            return false;
        }
    }

    // A gateway that makes no keys tests those of others.
    private async Task<bool> TestAsync(ILookup<string, KeyVersion> keys, CancellationToken cancellationToken)
    {
        var allDone = true;
        foreach (var key in keys.SelectMany(group => group).Where(key => key.Stage == KeyStage.Pending && key.TestedAt is null))
        {
            allDone &= await tester.TestAsync(key, cancellationToken);
        }

        return allDone;
    }

    private static TimeSpan Jittered(TimeSpan period) => period * (0.9 + (0.2 * RandomNumberGenerator.GetInt32(0, 1_001) / 1_000));
}
