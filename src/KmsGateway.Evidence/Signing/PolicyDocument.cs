using System.Diagnostics.CodeAnalysis;
using KmsGateway.Cryptography;

namespace KmsGateway.Evidence.Signing;

/// <summary>A policy as a gateway publishes it, read by somebody who wants to know what stood behind a statement (docs/format.md, S-5).</summary>
public sealed record PolicyDocument
{
    /// <summary>The hash of the bytes that were read: it is this policy if a statement names it.</summary>
    public required string Id { get; init; }

    public required string Tenant { get; init; }

    public required string Mode { get; init; }

    /// <summary>What makes a span a compliance span.</summary>
    public required IReadOnlyList<string> Rules { get; init; }

    public required Coverage Coverage { get; init; }

    /// <summary>The attributes that are encrypted before signing.</summary>
    public required IReadOnlyList<string> Encryption { get; init; }

    /// <summary>What becomes of spans with longer keys or values; null where the policy does not say.</summary>
    public OversizeRule? Oversize { get; init; }

    /// <summary>Members that this version does not know are ignored; those it knows have to be there and be of their kind.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out PolicyDocument? policy)
    {
        policy = null;
        if (!StrictJson.TryParse(json, out var document))
        {
            return false;
        }

        using (document)
        {
            var root = document.RootElement;
            if (!root.TryGetProperty("cov"u8, out var cov) || !Coverage.TryRead(cov, out var coverage)
                || !Coverage.TryReadPatterns(root, "encryption", out var encryption)
                || !Coverage.TryReadPatterns(root, "rules", out var rules)
                || StrictJson.Text(root, "mode") is not { } mode
                || StrictJson.Text(root, "tenant") is not { } tenant || !TenantId.IsValid(tenant)
                || !OversizeRule.TryRead(root, out var oversize))
            {
                return false;
            }

            policy = new PolicyDocument
            {
                Id = PolicyId.Of(json.Span),
                Tenant = tenant,
                Mode = mode,
                Rules = rules,
                Coverage = coverage!,
                Encryption = encryption,
                Oversize = oversize,
            };
            return true;
        }
    }
}
