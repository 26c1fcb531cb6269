using Xunit;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>
/// A fault, a real Prometheus and Alertmanager that tell of it, the commands of the runbook, the end of the alert. Time in the rules is
/// compressed (<see cref="CompressedRules"/>), which docs/drills.md explains.
/// </summary>
public sealed class DrillTests(CompressedDrills drills) : IClassFixture<CompressedDrills>
{
    [Theory]
    [InlineData("KMSProbeDown")]
    [InlineData("KMSOperationFailures")]
    [InlineData("KMSHighLatency")]
    [InlineData("KMSCacheHitRateLow")]
    [InlineData("KMSHighAPIUsage")]
    [InlineData("KMSCircuitBreakerOpen")]
    [InlineData("KMSKeyRotationOverdue")]
    public async Task Fault_RulesCompressed_AlertComesAndGoes(string alert)
    {
        Assert.SkipUnless(DrillMode.IsOn, $"Takes both cores for minutes. Set {DrillMode.Variable}=compressed, and run it alone.");
        var times = await drills.OfAsync(alert);

        TestContext.Current.TestOutputHelper?.WriteLine(times.ToString());
        Assert.True(times.Detected > TimeSpan.Zero && times.Resolved > TimeSpan.Zero, times.ToString());
    }
}
