using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Evidence.Verification;

/// <summary>The verdict about one span, with what names it.</summary>
public sealed record SpanVerdict(Verdict Verdict, string TraceId, string SpanId, string Name)
{
    /// <summary>Altered: the groups whose digests differ. Lossy store: the groups that cannot be compared.</summary>
    public IReadOnlyList<SpanGroup> Groups { get; init; } = [];

    /// <summary>Unsigned: the gateway's reason, if it gave one of the format's.</summary>
    public string? Reason { get; init; }

    /// <summary>Verified with additions: the attributes that were left out.</summary>
    public IReadOnlyList<string> Additions { get; init; } = [];

    /// <summary>Verified: what tells a repetition of the span.</summary>
    public VerifiedSpan? Identity { get; init; }

    public string? Kid { get; init; }

    public string? Tenant { get; init; }

    public ulong? IssuedAt { get; init; }

    /// <summary>The policy that the statement names.</summary>
    public string? Policy { get; init; }

    /// <summary>The verdict as the format writes it, such as <c>altered:attr,ev</c>.</summary>
    public string Text => Verdict switch
    {
        Verdict.Verified => "verified",
        Verdict.VerifiedWithAdditions => "verified-with-additions",
        Verdict.Duplicate => "duplicate",
        Verdict.Conflict => "conflict",
        Verdict.Altered => $"altered:{string.Join(',', Groups.Select(SpanDigests.Name))}",
        Verdict.BadSignature => "bad-signature",
        Verdict.MalformedSignature => "malformed-signature",
        Verdict.InsufficientCoverage => "insufficient-coverage",
        Verdict.WrongTenant => "wrong-tenant",
        Verdict.KeyNotValidAt => "key-not-valid-at",
        Verdict.KeyRevoked => "key-revoked",
        Verdict.UnknownKey => "unknown-key",
        Verdict.Unsigned => Reason is null ? "unsigned" : $"unsigned:{Reason}",
        Verdict.UnsupportedVersion => "unsupported-version",
        Verdict.LossyStore => "unverifiable:lossy-store",
        _ => throw new InvalidOperationException($"Verdict {Verdict} has no text."),
    };
}
