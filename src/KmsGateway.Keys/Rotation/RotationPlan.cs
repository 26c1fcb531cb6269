using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys.Rotation;

/// <summary>From the keys of a tenant and the time to what is to be done next. Nothing is remembered: whoever comes next goes on.</summary>
internal sealed class RotationPlan(RotationSchedule schedule, TimeSpan destroyAfter)
{
    // A KMS that makes keys that do not work should not be asked for one after the other.
    private static readonly TimeSpan PauseAfterFailed = TimeSpan.FromMinutes(10);

    public const string FirstKey = "first key";
    public const string Replacement = "replaces a revoked key";
    public const string Scheduled = "its time has come";

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
            return new RotationAction.Make(now, keys.Any(key => key.Stage != KeyStage.Failed) ? Replacement : FirstKey, IsScheduled: false);
        }

        var due = schedule.SuccessorOf(active);
        return due - schedule.Ahead <= now ? new RotationAction.Make(due < now ? now : due, Scheduled, IsScheduled: true) : null;
    }

    private static RotationAction? Advance(KeyVersion next, KeyVersion? active, DateTimeOffset now)
    {
        if (next.TestedAt is null && next.Stage == KeyStage.Pending)
        {
            return new RotationAction.Test(next);
        }

        // Without a key that signs there is nothing to wait for.
        if (active is null || next.ActivateAt is not { } at || at <= now)
        {
            return new RotationAction.Activate(next, active);
        }

        return next.Stage == KeyStage.Pending ? new RotationAction.Publish(next) : null;
    }

    // A revoked key has nothing left to sign; a retired one could be needed to tell a mistake from an attack.
    private RotationAction.Destroy? Destroy(IReadOnlyList<KeyVersion> keys, DateTimeOffset now) =>
        keys.FirstOrDefault(key => key.DestroyedAt is null && key.Stage switch
        {
            KeyStage.Revoked => true,
            KeyStage.Retired => (key.DeactivatedAt ?? key.CreatedAt) + destroyAfter <= now,
            _ => false,
        }) is { } gone
            ? new RotationAction.Destroy(gone)
            : null;
}
