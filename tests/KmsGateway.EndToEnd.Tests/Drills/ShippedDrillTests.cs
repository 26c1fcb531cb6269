using Xunit;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>The same with the rules and routes as they ship: what an operator would live through.</summary>
public sealed class ShippedDrillTests(ShippedDrills drills) : IClassFixture<ShippedDrills>
{
    private static readonly TimeSpan DetectionTarget = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ResolutionTarget = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task Outage_RulesAsShipped_TargetsAreMet()
    {
        SkipUnlessFull();
        var probe = await drills.OfAsync("KMSProbeDown");
        var failures = await drills.OfAsync("KMSOperationFailures");

        Tell(probe);
        Tell(failures);
        Assert.True(probe.Detected < DetectionTarget, probe.ToString());
        Assert.All([probe, failures], alert => Assert.True(alert.Resolved < ResolutionTarget, alert.ToString()));
    }

    [Theory]
    [InlineData("KMSHighLatency")]
    [InlineData("KMSCacheHitRateLow")]
    [InlineData("KMSCircuitBreakerOpen")]
    [InlineData("KMSKeyRotationOverdue")]
    public async Task Fault_RulesAsShipped_AlertComesAndGoes(string alert)
    {
        SkipUnlessFull();
        Tell(await drills.OfAsync(alert));
    }

    private static void Tell(DrillTimes times) => TestContext.Current.TestOutputHelper?.WriteLine(times.ToString());

    private static void SkipUnlessFull() => Assert.SkipUnless(
        DrillMode.IsFull, $"Takes half an hour: the rules wait and look back as long as they ship. Set {DrillMode.Variable}=full.");
}
