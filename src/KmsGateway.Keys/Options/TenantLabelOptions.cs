using System.ComponentModel.DataAnnotations;

namespace KmsGateway.Keys.Options;

/// <summary>Section <c>Telemetry</c>: how many series tenants may make.</summary>
public sealed class TenantLabelOptions
{
    public const string Section = "Telemetry";

    /// <value>How many tenants have a <c>tenant_id</c> of their own in metrics; the others share <c>other</c>. Default 1,000; 0 to 10,000.</value>
    [Range(0, 10_000)]
    public int MaxTenantLabels { get; set; } = 1_000;
}
