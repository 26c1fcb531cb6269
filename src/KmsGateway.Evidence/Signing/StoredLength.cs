namespace KmsGateway.Evidence.Signing;

/// <summary>How long a store takes a value to be (docs/format.md, U-17): a string is its UTF-8, any other value its canonical form.</summary>
internal static class StoredLength
{
    // No other value begins like this: what a map holds is never a plain string.
    private static ReadOnlySpan<byte> StringPrefix => "{\"stringValue\":\""u8;

    private static ReadOnlySpan<byte> StringSuffix => "\"}"u8;

    /// <param name="value">A canonical value.</param>
    /// <param name="limit">Nearly always far away: only a string close to it is looked at.</param>
    public static bool Exceeds(ReadOnlySpan<byte> value, int limit)
    {
        if (!value.StartsWith(StringPrefix))
        {
            return value.Length > limit;
        }

        var escaped = value[StringPrefix.Length..^StringSuffix.Length];
        return escaped.Length > limit && UnescapedLength(escaped) > limit;
    }

    private static int UnescapedLength(ReadOnlySpan<byte> escaped)
    {
        var length = escaped.Length;
        for (var at = escaped.IndexOf((byte)'\\'); at >= 0; at = escaped.IndexOf((byte)'\\'))
        {
            // \u00XX, or a backslash and one character: each stands for one byte.
            var escape = escaped[at + 1] == 'u' ? 6 : 2;
            length -= escape - 1;
            escaped = escaped[(at + escape)..];
        }

        return length;
    }
}
