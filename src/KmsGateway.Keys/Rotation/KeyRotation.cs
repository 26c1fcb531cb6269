using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Trust;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Rotation;

/// <summary>Does for a tenant's keys of one purpose what <see cref="RotationPlan"/> says, step by step, until nothing is left to do now.</summary>
/// <remarks>
/// Each step is one transaction that checks what it builds on, so it may be interrupted anywhere and done by several at once. The claim
/// only saves them from doing it in vain.
/// </remarks>
internal sealed class KeyRotation
{
    private const string Actor = "gateway";

    // Longer than any step takes with all its attempts; a gateway that dies holds up the tenant for so long.
    private static readonly TimeSpan Claim = TimeSpan.FromSeconds(60);

    private readonly IKeyStore _store;
    private readonly KeyMaker _maker;
    private readonly KeyTester _tester;
    private readonly TrustWriter _writer;
    private readonly EncryptingTenants _encrypting;
    private readonly KeyRotations _rotations;
    private readonly TimeProvider _time;
    private readonly ILogger<KeyRotation> _logger;
    private readonly Pacer _scheduled;
    private readonly Pacer _unscheduled;
    private readonly string _owner;
    private readonly RotationPlan _signingKeys;
    private readonly RotationPlan _seeds;

    public KeyRotation(
        IOptions<RotationOptions> options,
        IKeyStore store,
        RotationSchedule schedule,
        KeyMaker maker,
        KeyTester tester,
        TrustWriter writer,
        EncryptingTenants encrypting,
        KeyRotations rotations,
        TimeProvider time,
        ILogger<KeyRotation> logger)
    {
        _store = store;
        _maker = maker;
        _tester = tester;
        _writer = writer;
        _encrypting = encrypting;
        _rotations = rotations;
        _time = time;
        _logger = logger;
        _scheduled = new Pacer(options.Value.MaxPerSecond, time);
        _unscheduled = new Pacer(options.Value.MaxPerSecondUnscheduled, time);
        _owner = Guid.CreateVersion7(time.GetUtcNow()).ToString("D");
        _signingKeys = RotationPlan.OfSigningKeys(schedule, options.Value.DestroyAfter);
        _seeds = RotationPlan.OfSeeds(schedule);
    }

    /// <summary>For what the tenant needs keys: the constants of <see cref="KeyPurpose"/>.</summary>
    public IEnumerable<string> PurposesOf(string tenant) =>
        _encrypting.Contains(tenant) ? [KeyPurpose.Signing, KeyPurpose.Encryption] : [KeyPurpose.Signing];

    /// <summary>Whether something is to be done now for keys of this purpose.</summary>
    /// <param name="keys">All keys of the tenant.</param>
    public bool IsDue(string purpose, IEnumerable<KeyVersion> keys) => Next(purpose, keys) is not null;

    /// <summary>Does what is due. False when something is left to do: another gateway is at it, or a key could not be tested.</summary>
    public Task<bool> RunAsync(string tenant, string purpose, CancellationToken cancellationToken) =>
        RunAsync(tenant, purpose, before: null, cancellationToken);

    /// <summary>Does it with a new key now: the one that was to come next, or one that is made for it.</summary>
    public Task<bool> RunNowAsync(string tenant, string purpose, string reason, CancellationToken cancellationToken) =>
        RunAsync(tenant, purpose, () => HastenAsync(tenant, purpose, reason, cancellationToken), cancellationToken);

    private RotationAction? Next(string purpose, IEnumerable<KeyVersion> keys) =>
        (purpose == KeyPurpose.Signing ? _signingKeys : _seeds).Next([.. keys.Where(key => key.Purpose == purpose)], _time.GetUtcNow());

    private async Task<bool> RunAsync(string tenant, string purpose, Func<Task>? before, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (!await _store.TryClaimAsync(tenant, _owner, now, now + Claim, cancellationToken))
        {
            return false;
        }

        try
        {
            if (before is not null)
            {
                await before();
            }

            return await RunClaimedAsync(tenant, purpose, cancellationToken);
        }
        finally
        {
            // Also when the token has ended: else the next gateway waits until the claim runs out.
            await _store.ReleaseAsync(tenant, _owner, CancellationToken.None);
        }
    }

    private async Task HastenAsync(string tenant, string purpose, string reason, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = _time.GetUtcNow();
            var keys = await _store.ReadKeysAsync(tenant, cancellationToken);
            if (keys.FirstOrDefault(key => key.Purpose == purpose && key.Stage is KeyStage.Pending or KeyStage.Published) is { } next)
            {
                await _store.SetActivationAsync(next.Id, now, cancellationToken);
                return;
            }

            // Else there is one by now, which may be meant for later.
            if (await TryMakeAsync(tenant, new RotationAction.Make(purpose, now, reason, IsScheduled: false), cancellationToken))
            {
                return;
            }
        }
    }

    private async Task<bool> RunClaimedAsync(string tenant, string purpose, CancellationToken cancellationToken)
    {
        while (Next(purpose, await _store.ReadKeysAsync(tenant, cancellationToken)) is { } action)
        {
            if (!await DoAsync(tenant, action, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    // False: it cannot be done now.
    private async Task<bool> DoAsync(string tenant, RotationAction action, CancellationToken cancellationToken)
    {
        switch (action)
        {
            case RotationAction.Make make:
                await TryMakeAsync(tenant, make, cancellationToken);
                return true;

            case RotationAction.Test test:
                return await _tester.TestAsync(test.Key, cancellationToken);

            case RotationAction.Publish publish:
                return await MoveAsync([new KeyChange(publish.Key, KeyStage.Published)], publish.Key.Reason, cancellationToken);

            case RotationAction.Activate activate:
                return await MoveAsync(ChangesOf(activate), activate.Key.Reason, cancellationToken);

            case RotationAction.Destroy destroy:
                await _store.DestroyWrapsAsync(destroy.Key.Id, _time.GetUtcNow(), cancellationToken);
                KeysLog.KeyDestroyed(_logger, destroy.Key.Kid, tenant);
                return true;

            default:
                throw new ArgumentOutOfRangeException(nameof(action));
        }
    }

    private async Task<bool> TryMakeAsync(string tenant, RotationAction.Make make, CancellationToken cancellationToken)
    {
        await (make.IsScheduled ? _scheduled : _unscheduled).WaitAsync(cancellationToken);
        var key = await _maker.MakeAsync(tenant, make, cancellationToken);
        if (!await _store.AddPendingKeyAsync(key, cancellationToken))
        {
            return false;
        }

        KeysLog.KeyPending(_logger, key.Version.Kid, tenant, make.Purpose, make.Reason, make.ActivateAt);
        return true;
    }

    // Of seeds the trust chain knows nothing: the KMS vouches for them.
    private async Task<bool> TryApplyAsync(IReadOnlyList<KeyChange> changes, string reason, CancellationToken cancellationToken)
    {
        if (changes[0].Key.Purpose == KeyPurpose.Signing)
        {
            return await _writer.TryApplyAsync(changes, Actor, reason, cancellationToken);
        }

        var steps = changes.Select(change => new KeyStep(change.Key.Id, change.Key.Stage, change.To)).ToList();
        return await _store.ApplyAsync(new KeyTransition(steps, [], _time.GetUtcNow()), cancellationToken) == TransitionOutcome.Done;
    }

    // The old key first: at no point of the chain does a tenant have two that sign.
    private static List<KeyChange> ChangesOf(RotationAction.Activate activate)
    {
        var changes = new List<KeyChange>();
        if (activate.Key is { Stage: KeyStage.Pending, Purpose: KeyPurpose.Signing })
        {
            changes.Add(new KeyChange(activate.Key, KeyStage.Published));
        }

        if (activate.Before is { } before)
        {
            changes.Add(new KeyChange(before, KeyStage.Retired));
        }

        changes.Add(new KeyChange(activate.Key, KeyStage.Active));
        return changes;
    }

    private async Task<bool> MoveAsync(IReadOnlyList<KeyChange> changes, string reason, CancellationToken cancellationToken)
    {
        if (await TryApplyAsync(changes, reason, cancellationToken))
        {
            foreach (var change in changes)
            {
                KeysLog.KeyMoved(_logger, change.Key.Kid, change.Key.Tenant, change.To.ToString());
                if (change.To == KeyStage.Active)
                {
                    _rotations.Succeeded();
                }
            }
        }

        // Else somebody moved them: the next look shows where they are.
        return true;
    }
}
