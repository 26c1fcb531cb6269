using KmsGateway.Proxy.Management.Administration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace KmsGateway.Proxy.Tests.Management.Administration;

public sealed class DecryptionBudgetTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly DecryptionBudget _budget;

    public DecryptionBudgetTests()
    {
        _budget = new DecryptionBudget(Options.Create(new AdminOptions { DecryptValuesPerMinute = 6_000 }), _time);
    }

    [Fact]
    public void TryTake_AMinutesWorth_IsGivenAndThenNoMore()
    {
        Assert.True(_budget.TryTake("alice", 5_000, out _));
        Assert.True(_budget.TryTake("alice", 1_000, out _));
        Assert.False(_budget.TryTake("alice", 1_000, out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(10), retryAfter);
    }

    [Fact]
    public void TryTake_AfterTheTimeThatWasSaid_IsGiven()
    {
        _budget.TryTake("alice", 6_000, out _);
        Assert.False(_budget.TryTake("alice", 1_000, out var retryAfter));

        _time.Advance(retryAfter - TimeSpan.FromMilliseconds(100));
        Assert.False(_budget.TryTake("alice", 1_000, out _));
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.True(_budget.TryTake("alice", 1_000, out _));
    }

    [Fact]
    public void TryTake_AfterALongTime_IsAMinutesWorthOnly()
    {
        _budget.TryTake("alice", 1, out _);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.True(_budget.TryTake("alice", 6_000, out _));
        Assert.False(_budget.TryTake("alice", 1_000, out _));
    }

    [Fact]
    public void TryTake_AnotherActor_HasItsOwn()
    {
        _budget.TryTake("alice", 6_000, out _);

        Assert.True(_budget.TryTake("bob", 6_000, out _));
    }
}
