using System.Text.Json.Nodes;
using KmsGateway.FakeKms;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>
/// The KMS takes a quarter of a second, and tenants come whose keys are not in memory. They go before it is fast again: on a busy machine
/// every hundredth retrieval may take longer than 100 ms as it is.
/// </summary>
internal sealed class SlowKmsDrill : Drill
{
    public override string Job => "kms-slow";

    public override IReadOnlyList<string> Alerts => ["KMSHighLatency"];

    public override JsonObject Settings => SmallCache;

    public override Task InjectAsync(DrillGround ground)
    {
        ground.Installation.Faults.Set([new Fault("latency", "Decrypt", Milliseconds: 250)]);
        ground.Load.Tenants = ManyTenants;
        return Task.CompletedTask;
    }

    public override Task AfterMitigationAsync(DrillGround ground)
    {
        ground.Load.Tenants = FewTenants;
        ground.Installation.Faults.Set([]);
        return Task.CompletedTask;
    }
}
