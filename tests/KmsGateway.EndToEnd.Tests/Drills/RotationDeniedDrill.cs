using KmsGateway.FakeKms;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>The role lost its permission to make keys, and those in use have become 91 days old.</summary>
internal sealed class RotationDeniedDrill : Drill
{
    private const string Overdue = "91 * 86400000::bigint";

    public override string Job => "rotation-denied";

    public override IReadOnlyList<string> Alerts => ["KMSKeyRotationOverdue"];

    public override Task InjectAsync(DrillGround ground)
    {
        ground.Installation.Faults.Set([new Fault("denied", "GenerateDataKeyPairWithoutPlaintext")]);
        return ground.Installation.ExecuteAsync(
            $"UPDATE tenant_key SET created_at = created_at - {Overdue}, activated_at = activated_at - {Overdue} WHERE status = 'active'");
    }

    public override Task BeforeMitigationAsync(DrillGround ground)
    {
        ground.Installation.Faults.Set([]);
        return Task.CompletedTask;
    }

    // The next look of the gateway may be ten minutes away.
    public override async Task AfterMitigationAsync(DrillGround ground)
    {
        for (var tenant = 0; tenant < Tenants; tenant++)
        {
            await ground.Installation.RotateAsync(ground.Gateway, TenantLoad.NameOf(tenant));
        }
    }
}
