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

    /// <summary>The operator chose not to sign what a store may cut.</summary>
    public const string Oversize = "oversize";

    /// <summary>All reasons of the format, in its order.</summary>
    public static IReadOnlyList<string> All { get; } =
        ["unknown-tenant", "tenant-blocked", "key-unavailable", .. ByIssue.Select(pair => pair.Name), Oversize];

    /// <summary>The reasons that this gateway finds in a span itself.</summary>
    public static IEnumerable<string> OfSpans => ByIssue.Select(pair => pair.Name).Append(Oversize);

    /// <summary>The first reason that applies.</summary>
    public static string Of(SpanIssues issues) => ByIssue.First(pair => issues.HasFlag(pair.Issue)).Name;
}
