using System.Threading.Channels;
using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Retrieval;

/// <summary>
/// Keeps the active keys in step with the store, drops those that are no longer, and tells the store when none of them is in use here.
/// </summary>
internal sealed class ActiveKeyRefresh(
    ActiveKeys activeKeys,
    KeyCache<CachedSigningKey> cache,
    KeyCache<CachedSeed> seeds,
    LiveKeys<CachedSigningKey> live,
    LiveKeys<CachedSeed> liveSeeds,
    IKeyStore store,
    ClockSkew skew,
    IOptions<KeyStoreOptions> options,
    TimeProvider time,
    ILogger<ActiveKeyRefresh> logger) : BackgroundService
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    // Only the newest counts.
    private readonly Channel<long> _seen = Channel.CreateBounded<long>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private long _applied;

    /// <summary>The name of this process among those that share the store.</summary>
    public string ReplicaId { get; } = Guid.CreateVersion7(time.GetUtcNow()).ToString("D");

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(RefreshAgainAndAgainAsync(stoppingToken), DropAgainAndAgainAsync(stoppingToken));

    internal async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            _seen.Writer.TryWrite(await activeKeys.RefreshAsync(cancellationToken));
            await DropShreddedAsync(cancellationToken);
            await CompareClocksAsync(cancellationToken);
            await ReportAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever a broken row causes: the gateway lives on and stops signing when what it knows is too old.
            KeysLog.ActiveKeysNotRefreshed(logger, exception, ActiveKeys.MaxAge);
        }
    }

    /// <summary>Takes keys that no tenant signs with any longer out of memory, and says so when the last lease on them has ended.</summary>
    internal async Task DropWithdrawnAsync(CancellationToken cancellationToken)
    {
        var seen = await _seen.Reader.ReadAsync(cancellationToken);
        foreach (var kid in live.Kids.Where(kid => !activeKeys.IsCurrent(kid)))
        {
            // A retrieval under way may still put it into the cache once more.
            while (live.Contains(kid) && !activeKeys.IsCurrent(kid))
            {
                cache.Remove(kid);
                await live.WaitUntilGoneAsync(kid).WaitAsync(LookAgain, time, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        Interlocked.Exchange(ref _applied, seen);
        await ReportAsync(cancellationToken);
    }

    private async Task DropShreddedAsync(CancellationToken cancellationToken)
    {
        // Also those that are about to come into the cache: taken out now, they do not.
        foreach (var kid in await store.FindDestroyedAsync(liveSeeds.Kids, cancellationToken))
        {
            seeds.Remove(kid);
        }
    }

    private async Task CompareClocksAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow();
        var theirs = await store.GetTimeAsync(cancellationToken);

        // Somewhere between the question and the answer; the middle is the best guess.
        skew.Note(ClockSkew.Store, theirs, before + ((time.GetUtcNow() - before) / 2));
    }

    // Two loops: a lease that does not end must hold up the news of it, and nothing else.
    private async Task RefreshAgainAndAgainAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var changes = store.Changes;
            await RefreshAsync(cancellationToken);
            await store.WaitForChangeAsync(changes, options.Value.ChangeInterval, cancellationToken);
        }
    }

    private async Task DropAgainAndAgainAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await DropWithdrawnAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                KeysLog.ActiveKeysNotRefreshed(logger, exception, ActiveKeys.MaxAge);
            }
        }
    }

    private Task ReportAsync(CancellationToken cancellationToken) => store.SaveReplicaAsync(
        new StoredReplica(ReplicaId, Interlocked.Read(ref _applied), time.GetUtcNow()), cancellationToken);
}
