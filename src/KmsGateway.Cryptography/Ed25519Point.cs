namespace KmsGateway.Cryptography;

/// <summary>
/// Encodings of curve points that must not be taken for a public key: under a point of small order one signature verifies for many
/// messages. libsodium finds them when it verifies; a trust file that holds one is refused whole.
/// </summary>
internal static class Ed25519Point
{
    // The y coordinates of the eight points whose order divides 8; the top bit holds the sign of x.
    private static readonly byte[][] SmallOrder =
    [
        Convert.FromHexString("0000000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("0100000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("ECFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F"),
        Convert.FromHexString("26E8958FC2B227B045C3F489F2EF98F0D5DFAC05D3C63339B13802886D53FC05"),
        Convert.FromHexString("C7176A703D4DD84FBA3C0B760D10670F2A2053FA2C39CCC64EC7FD7792AC037A"),
    ];

    public static bool IsRefused(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length != Ed25519VerificationKey.Size)
        {
            return true;
        }

        Span<byte> y = stackalloc byte[Ed25519VerificationKey.Size];
        encoded.CopyTo(y);
        y[^1] &= 0x7F;

        // y is less than the prime 2^255 - 19 unless all bytes but the first are full and the first is at least ED.
        if (y[0] >= 0xED && y[^1] == 0x7F && !y[1..^1].ContainsAnyExcept((byte)0xFF))
        {
            return true;
        }

        foreach (var point in SmallOrder)
        {
            if (y.SequenceEqual(point))
            {
                return true;
            }
        }

        return false;
    }
}
