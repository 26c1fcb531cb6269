using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys.Rotation;

/// <summary>
/// From the keys of a tenant that are for one purpose and the time to what is to be done next. Nothing is remembered: whoever comes next goes on.
/// </summary>
internal sealed class RotationPlan
{
    // A KMS that makes keys that do not work should not be asked for one after the other.
    private static readonly TimeSpan PauseAfterFailed = TimeSpan.FromMinutes(10);

    public const string FirstKey = "first key";
    public const string Replacement = "replaces a withdrawn key";
    public const string Scheduled = "its time has come";

    private readonly string _purpose;
    private readonly RotationSchedule _schedule;
    private readonly TimeSpan _ahead;
    private readonly TimeSpan? _destroyAfter;

    private RotationPlan(string purpose, RotationSchedule schedule, TimeSpan ahead, TimeSpan? destroyAfter) =>
        (_purpose, _schedule, _ahead, _destroyAfter) = (purpose, schedule, ahead, destroyAfter);

    public static RotationPlan OfSigningKeys(RotationSchedule schedule, TimeSpan destroyAfter) =>
        new(KeyPurpose.Signing, schedule, schedule.Ahead, destroyAfter);

    /// <summary>Nobody has to know a seed before it is used, and who holds what it encrypted needs it for as long.</summary>
    public static RotationPlan OfSeeds(RotationSchedule schedule) => new(KeyPurpose.Encryption, schedule, TimeSpan.Zero, destroyAfter: null);

    /// <summary>Null: nothing now.</summary>
    public RotationAction? Next(IReadOnlyList<KeyVersion> keys, DateTimeOffset now)
    {
        var active = keys.FirstOrDefault(key => key.Stage == KeyStage.Active);
        var next = keys.FirstOrDefault(key => key.Stage is KeyStage.Pending or KeyStage.Published);
        return (next is null ? MakeNext(keys, active, now) : Advance(next, active, now)) ?? Destroy(keys, now);
    }

    private RotationAction.Make? MakeNext(IReadOnlyList<KeyVersion> keys, KeyVersion? active, DateTimeOffset now)
    {
        if (keys.Any(key => key.Stage == KeyStage.Failed && key.CreatedAt + PauseAfterFailed > now))
        {
            return null;
        }

        if (active is null)
        {
            return new RotationAction.Make(_purpose, now, keys.Any(key => key.Stage != KeyStage.Failed) ? Replacement : FirstKey, IsScheduled: false);
        }

        var due = _schedule.SuccessorOf(active);
        return due - _ahead <= now ? new RotationAction.Make(_purpose, due < now ? now : due, Scheduled, IsScheduled: true) : null;
    }

    private RotationAction? Advance(KeyVersion next, KeyVersion? active, DateTimeOffset now)
    {
        if (next.TestedAt is null && next.Stage == KeyStage.Pending)
        {
            return new RotationAction.Test(next);
        }

        // Without a key in use there is nothing to wait for.
        if (active is null || _ahead == TimeSpan.Zero || next.ActivateAt is not { } at || at <= now)
        {
            return new RotationAction.Activate(next, active);
        }

        return next.Stage == KeyStage.Pending ? new RotationAction.Publish(next) : null;
    }

    // A revoked key has nothing left to sign; a retired one could be needed to tell a mistake from an attack.
    private RotationAction.Destroy? Destroy(IReadOnlyList<KeyVersion> keys, DateTimeOffset now) =>
        _destroyAfter is not null && keys.FirstOrDefault(key => key.DestroyedAt is null && key.Stage switch
        {
            KeyStage.Revoked => true,
            KeyStage.Retired => (key.DeactivatedAt ?? key.CreatedAt) + _destroyAfter <= now,
            _ => false,
        }) is { } gone
            ? new RotationAction.Destroy(gone)
            : null;
}
