using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Rotation;
using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys.Tests.Rotation;

public sealed class RotationPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly RotationSchedule _schedule = new(TimeSpan.FromDays(90));
    private readonly RotationPlan _plan;

    public RotationPlanTests()
    {
        _plan = RotationPlan.OfSigningKeys(_schedule, TimeSpan.FromDays(7));
    }

    [Fact]
    public void Next_NoKey_MakesTheFirstNow() =>
        Assert.Equal(new RotationAction.Make(KeyPurpose.Signing, Now, RotationPlan.FirstKey, IsScheduled: false), _plan.Next([], Now));

    [Fact]
    public void Next_RevokedOnly_MakesItsReplacementNow()
    {
        var revoked = Key(KeyStage.Revoked) with { DestroyedAt = Now };

        Assert.Equal(new RotationAction.Make(KeyPurpose.Signing, Now, RotationPlan.Replacement, IsScheduled: false), _plan.Next([revoked], Now));
    }

    [Fact]
    public void Next_LastOneDidNotWork_WaitsTenMinutes()
    {
        var failed = Key(KeyStage.Failed);

        Assert.Null(_plan.Next([failed], Now.AddMinutes(9)));
        Assert.IsType<RotationAction.Make>(_plan.Next([failed], Now.AddMinutes(10)));
    }

    [Fact]
    public void Next_ActiveKey_SuccessorIsMadeADayBeforeItsTimeAndItsTimeIsBeforeTheEnd()
    {
        for (var i = 0; i < 1_000; i++)
        {
            var active = Key(KeyStage.Active);
            var due = _schedule.SuccessorOf(active);

            Assert.InRange(due, Now.AddDays(83), Now.AddDays(89));
            Assert.Null(_plan.Next([active], due.AddDays(-1).AddSeconds(-1)));
            Assert.Equal(new RotationAction.Make(KeyPurpose.Signing, due, RotationPlan.Scheduled, IsScheduled: true), _plan.Next([active], due.AddDays(-1)));
            Assert.False(_schedule.IsOverdue(Now, Now.AddDays(90)));
            Assert.True(_schedule.IsOverdue(Now, Now.AddDays(90).AddSeconds(1)));
        }
    }

    [Fact]
    public void SuccessorOf_ManyKeys_IsSpreadEvenly()
    {
        var days = Enumerable.Range(0, 6_000).Select(_ => (int)(_schedule.SuccessorOf(Key(KeyStage.Active)) - Now.AddDays(83)).TotalDays)
            .CountBy(day => day).ToDictionary();

        Assert.All(Enumerable.Range(0, 6), day => Assert.InRange(days[day], 800, 1_200));
    }

    [Fact]
    public void Next_PendingKey_IsTestedPublishedAndActivatedInItsTime()
    {
        var active = Key(KeyStage.Active);
        var next = Key(KeyStage.Pending) with { ActivateAt = Now.AddDays(1) };
        Assert.Equal(new RotationAction.Test(next), _plan.Next([active, next], Now));

        next = next with { TestedAt = Now };
        Assert.Equal(new RotationAction.Publish(next), _plan.Next([active, next], Now));

        next = next with { Stage = KeyStage.Published };
        Assert.Null(_plan.Next([active, next], Now.AddDays(1).AddSeconds(-1)));
        Assert.Equal(new RotationAction.Activate(next, active), _plan.Next([active, next], Now.AddDays(1)));
    }

    [Fact]
    public void Next_PublishedKeyAndNoneActive_DoesNotWait()
    {
        var next = Key(KeyStage.Published) with { ActivateAt = Now.AddDays(1) };

        Assert.Equal(new RotationAction.Activate(next, null), _plan.Next([next], Now));
    }

    [Fact]
    public void Next_RetiredKey_IsDestroyedAfterSevenDaysAndARevokedOneAtOnce()
    {
        var active = Key(KeyStage.Active);
        var retired = Key(KeyStage.Retired) with { DeactivatedAt = Now };
        var revoked = Key(KeyStage.Revoked);

        Assert.Null(_plan.Next([retired, active], Now.AddDays(7).AddSeconds(-1)));
        Assert.Equal(new RotationAction.Destroy(retired), _plan.Next([retired, active], Now.AddDays(7)));
        Assert.Equal(new RotationAction.Destroy(revoked), _plan.Next([revoked, active], Now));
        Assert.Null(_plan.Next([retired with { DestroyedAt = Now }, active], Now.AddDays(30)));
    }

    private static KeyVersion Key(KeyStage stage) => new()
    {
        Id = Guid.NewGuid(),
        Kid = "kid",
        Tenant = "acme",
        Algorithm = "EdDSA",
        PublicKey = [],
        Stage = stage,
        MadeLocally = false,
        Reason = "",
        CreatedAt = Now,
        ActivatedAt = stage == KeyStage.Active ? Now : null,
    };
}
