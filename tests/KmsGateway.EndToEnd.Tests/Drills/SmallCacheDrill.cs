using System.Text.Json.Nodes;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>More tenants send than the cache has room for: their keys push each other out, and each request calls the KMS.</summary>
internal sealed class SmallCacheDrill : Drill
{
    public override string Job => "small-cache";

    public override IReadOnlyList<string> Alerts => ["KMSCacheHitRateLow", "KMSHighAPIUsage"];

    public override JsonObject Settings
    {
        get
        {
            // One of them encrypts, too, so that there are seeds to be counted.
            var settings = SmallCache;
            settings["Encryption"] = new JsonObject
            {
                ["Tenants"] = new JsonArray(new JsonObject { ["Tenant"] = TenantLoad.NameOf(0), ["Attributes"] = new JsonArray("text") }),
            };
            return settings;
        }
    }

    public override Task InjectAsync(DrillGround ground)
    {
        ground.Load.Tenants = ManyTenants;
        return Task.CompletedTask;
    }

    public override Task AfterMitigationAsync(DrillGround ground)
    {
        ground.Load.Tenants = FewTenants;
        return Task.CompletedTask;
    }
}
