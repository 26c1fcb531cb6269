namespace KmsGateway.Cryptography;

/// <summary>The order of member names in RFC 8785: by UTF-16 code units, decided on UTF-8 bytes without transcoding.</summary>
public static class CanonicalJsonOrder
{
    /// <remarks>
    /// UTF-8 bytes sort by code point. UTF-16 sorts the same except that what lies outside the basic plane (lead byte F0 and up) is
    /// written with surrogates (D800-DFFF) and so stands before U+E000-U+FFFF (lead bytes EE and EF).
    /// </remarks>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var same = left.CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
        {
            return left.Length - right.Length;
        }

        return Rank(left[same]) - Rank(right[same]);
    }

    private static int Rank(byte value) => value is 0xEE or 0xEF ? value + 0x100 : value;
}
