using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Auditing;

/// <summary>What an audit is about, known before its first span.</summary>
/// <param name="Command">The exact command.</param>
/// <param name="Trust">What it believes.</param>
/// <param name="Options">What it asks of the spans.</param>
internal sealed record AuditHeader(IReadOnlyList<string> Command, LoadedTrust Trust, VerifierOptions Options)
{
    /// <summary>The policy documents that were given.</summary>
    public IReadOnlyList<LoadedPolicy> Policies { get; init; } = [];
}
