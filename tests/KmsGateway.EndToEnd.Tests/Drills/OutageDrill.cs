using System.Text.Json.Nodes;
using KmsGateway.FakeKms;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>The KMS fails whatever it is asked, and tenants come whose keys are not in memory.</summary>
internal sealed class OutageDrill : Drill
{
    public override string Job => "kms-outage";

    public override IReadOnlyList<string> Alerts => ["KMSProbeDown", "KMSOperationFailures"];

    public override JsonObject Settings => new() { ["Cache"] = new JsonObject { ["WarmUp"] = false } };

    public override Task InjectAsync(DrillGround ground)
    {
        ground.Installation.Faults.Set([new Fault("internal")]);
        ground.Load.Tenants = ManyTenants;
        return Task.CompletedTask;
    }

    public override Task AfterMitigationAsync(DrillGround ground)
    {
        ground.Installation.Faults.Set([]);
        return Task.CompletedTask;
    }
}
