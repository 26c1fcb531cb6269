namespace KmsGateway.Evidence.Signing;

/// <summary>Names of the format: see docs/format.md.</summary>
public static class FormatVersion
{
    public const string Span = "kmsgw-span/1";

    /// <summary>Any version of the format, this one or a later one.</summary>
    public const string AnySpan = "kmsgw-span/";

    public const string SpanTyp = "kmsgw-span+jws";
}
