using KmsGateway.Evidence.Signing;

namespace KmsGateway.Cli.Auditing;

/// <summary>A policy document that was given to the audit.</summary>
/// <param name="Path">As it was given.</param>
/// <param name="Document">What it says.</param>
internal sealed record LoadedPolicy(string Path, PolicyDocument Document)
{
    /// <summary>Whether statements name these very bytes, and for the tenant of which they speak.</summary>
    public bool Is(PolicyUse use) => use.Id == Document.Id && use.Tenant == Document.Tenant;
}
