using System.Text.Json.Nodes;
using KmsGateway.FakeKms;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>The first Region fails and the other answers: its circuit opens again and again, and no retrieval fails.</summary>
internal sealed class RegionAwayDrill : Drill
{
    private const string First = "eu-central-1";
    private const string Other = "eu-west-1";

    public override string Job => "region-away";

    public override IReadOnlyList<string> Alerts => ["KMSCircuitBreakerOpen"];

    public override int TenantsAtFirst => ManyTenants;

    public override JsonObject Settings
    {
        get
        {
            var settings = SmallCache;
            settings["Kms"] = new JsonObject { ["OtherRegions"] = new JsonArray(new JsonObject { ["Region"] = Other }) };
            return settings;
        }
    }

    public override Task InjectAsync(DrillGround ground)
    {
        ground.Installation.Faults.Set([new Fault("internal", Region: First)]);
        return Task.CompletedTask;
    }

    public override Task AfterMitigationAsync(DrillGround ground)
    {
        ground.Installation.Faults.Set([]);
        return Task.CompletedTask;
    }
}
