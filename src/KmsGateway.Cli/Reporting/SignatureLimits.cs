namespace KmsGateway.Cli.Reporting;

/// <summary>What a signature proves and what it does not, in the words of docs/format.md, section 1.</summary>
internal static class SignatureLimits
{
    public const string Proves =
        "A gateway holding this tenant's key received this content from a caller that was allowed this tenant, at the signing time by the "
        + "gateway's clock, under the policy that the statement names.";

    public static IReadOnlyList<string> DoesNotProve { get; } =
    [
        "that the content is true, or that what it describes happened when it says",
        "who produced the span: whoever may send through the gateway can obtain signatures over false spans, chosen ids and backdated times",
        "that this is the only version of the span: one span may be sent, and signed, more than once with different content",
        "that nothing is missing: the removal of a whole span, or of a span's signature together with its compliance attributes, cannot be "
            + "detected",
        "anything about content that the coverage leaves out, or about trace state, flags, schema URLs, dropped counts and attributes of the "
            + "scope",
    ];
}
