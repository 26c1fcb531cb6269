namespace KmsGateway.Keys.Options;

/// <summary>The list of section <c>Tenancy</c>: whose keys are made and served. Traffic never makes a tenant.</summary>
internal sealed class TenantListOptions
{
    public const string Section = "Tenancy";

    /// <value>Names of 1 to 64 characters of <c>A-Z a-z 0-9 . _ -</c>.</value>
    public IList<string> Tenants { get; set; } = [];
}
