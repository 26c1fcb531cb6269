using System.Text;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Evidence.Encryption;

/// <summary>The keys of attributes whose values are encrypted (docs/format.md, E-1).</summary>
public sealed class SensitiveKeys
{
    /// <param name="patterns">Of keys as they leave the gateway.</param>
    public SensitiveKeys(KeyPatterns patterns)
    {
        if (patterns.IsAll)
        {
            throw new ArgumentException("* would also encrypt what the rules read: name the keys.", nameof(patterns));
        }

        // On a span a reserved key stands under another name when it leaves.
        var suffix = Encoding.ASCII.GetString(SignatureAttributes.RenamedSuffix);
        var reserved = SignatureAttributes.Reserved.Patterns;
        Patterns = patterns;
        OfSpans = new KeyPatterns(
        [
            .. patterns.Patterns.Except(reserved),
            .. reserved.Where(key => patterns.Matches(Encoding.ASCII.GetBytes(key + suffix))),
        ]);
    }

    public static SensitiveKeys None { get; } = new(KeyPatterns.None);

    /// <summary>Of attributes of spans, as they come in.</summary>
    public KeyPatterns OfSpans { get; }

    /// <summary>Of attributes as they leave; those of events and links nobody renames.</summary>
    public KeyPatterns Patterns { get; }

    public bool IsEmpty => Patterns.Patterns.Count == 0;
}
