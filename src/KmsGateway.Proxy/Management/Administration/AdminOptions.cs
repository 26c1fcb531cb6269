namespace KmsGateway.Proxy.Management.Administration;

/// <summary>Section <c>Admin</c>: who may operate the gateway.</summary>
internal sealed class AdminOptions
{
    public const string Section = "Admin";

    /// <value>Default none: in Development whoever is on this machine, elsewhere nobody.</value>
    public IList<AdminTokenOptions> Tokens { get; } = [];
}
