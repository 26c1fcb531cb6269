using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Signing;

/// <summary>The values of <see cref="SignatureAttributes.Error"/>.</summary>
public static class UnsignableReason
{
    private static readonly (SpanIssues Issue, string Name)[] ByIssue =
    [
        (SpanIssues.DuplicateKey, "duplicate-key"),
        (SpanIssues.RepeatedField, "repeated-field"),
        (SpanIssues.WireType, "wire-type"),
        (SpanIssues.UnknownField, "unknown-field"),
        (SpanIssues.Strindex, "strindex"),
        (SpanIssues.InvalidUtf8, "invalid-utf8"),
        (SpanIssues.BadId, "bad-id"),
        (SpanIssues.Number, "number"),
        (SpanIssues.Depth, "depth"),
        (SpanIssues.Size, "size"),
    ];

    /// <summary>No tenant that the caller may send as owns the span.</summary>
    public const string UnknownTenant = "unknown-tenant";

    /// <summary>The tenant's key is refused, and the operator chose to forward all the same.</summary>
    public const string TenantBlocked = "tenant-blocked";

    /// <summary>There is no key now, and the operator chose to forward all the same.</summary>
    public const string KeyUnavailable = "key-unavailable";

    /// <summary>The operator chose not to sign what a store may cut.</summary>
    public const string Oversize = "oversize";

    /// <summary>All reasons of the format, in its order.</summary>
    public static IReadOnlyList<string> All { get; } =
        [UnknownTenant, TenantBlocked, KeyUnavailable, .. ByIssue.Select(pair => pair.Name), Oversize];

    /// <summary>The reasons that a gateway finds in a span itself.</summary>
    public static IEnumerable<string> OfSpans => [UnknownTenant, .. ByIssue.Select(pair => pair.Name), Oversize];

    /// <summary>The first reason that applies.</summary>
    public static string Of(SpanIssues issues) => ByIssue.First(pair => issues.HasFlag(pair.Issue)).Name;
}
