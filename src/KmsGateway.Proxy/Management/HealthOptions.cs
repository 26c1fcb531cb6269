namespace KmsGateway.Proxy.Management;

/// <summary>Section <c>Readiness</c>.</summary>
internal sealed class HealthOptions
{
    public const string Section = "Readiness";

    /// <value>Where the health JSON sends who reads that the KMS is down. Default: the runbook of this repository.</value>
    public string HelpUrl { get; set; } = "docs/troubleshooting.md#the-kms-is-down";
}
