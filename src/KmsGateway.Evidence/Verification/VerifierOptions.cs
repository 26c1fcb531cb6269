using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Verification;

/// <summary>What an auditor asks of the spans.</summary>
public sealed record VerifierOptions
{
    /// <summary>Spans of other tenants are <see cref="Verdict.WrongTenant"/>; null takes any.</summary>
    public string? Tenant { get; init; }

    /// <summary>The attributes that a signature has to cover; a span with one of them is a compliance span.</summary>
    public KeyPatterns MinCoverage { get; init; } = ComplianceRules.Default.Keys;

    /// <summary>Attributes that others may add behind the gateway.</summary>
    public KeyPatterns AllowAdded { get; init; } = KeyPatterns.None;
}
