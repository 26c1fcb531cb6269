using System.Security.Cryptography;
using System.Text;
using KmsGateway.Cryptography;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using Xunit;
using BigInteger = Org.BouncyCastle.Math.BigInteger;

namespace KmsGateway.Evidence.Tests.Cryptography;

/// <summary>P-256 by the platform's library against BouncyCastle and the examples of the RFCs.</summary>
public sealed class P256KeyTests
{
    private const string Zero = "0000000000000000000000000000000000000000000000000000000000000000";
    private const string Order = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";
    private const string OrderPlusOne = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632552";
    private const string OrderMinusOne = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550";
    private const string Full = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF";
    private const string Prime = "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF";
    private const string PrimePlusOne = "FFFFFFFF00000001000000000000000000000001000000000000000000000000";

    // Points of the curve with x = 0 and with y = 1.
    private const string YOfXZero = "66485C780E2F83D72433BD5D84A06BB6541C2AF31DAE871728BF856A174F93F4";
    private const string XOfYOne = "09E78D4EF60D05F750F6636209092BC43CBDD6B47E11A9DE20A9FEB2A50BB96C";
    private const string One = "0000000000000000000000000000000000000000000000000000000000000001";

    // RFC 7515 appendix A.3.
    private const string Rfc7515X = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    private const string Rfc7515Y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    private const string Rfc7515D = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";

    private const string Rfc7515Input =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    private const string Rfc7515Signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    private static readonly ECDomainParameters Curve = new(SecNamedCurves.GetByName("secp256r1"));

    [Fact]
    public void Kid_OfTheKeyOfRfc9449_IsItsThumbprint()
    {
        // RFC 9449 section 4.1 has the key, section 6.1 its thumbprint.
        var key = Import("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA");

        Assert.Equal("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", key.Kid);
        Assert.Equal("ES256", key.Algorithm);
    }

    [Fact]
    public void Verify_SignatureOfRfc7515_IsValid()
    {
        var key = Import(Rfc7515X, Rfc7515Y);

        Assert.True(key.Verify(Encoding.ASCII.GetBytes(Rfc7515Input), Decode(Rfc7515Signature)));
        Assert.False(key.Verify(Encoding.ASCII.GetBytes(Rfc7515Input + "A"), Decode(Rfc7515Signature)));
    }

    [Fact]
    public void FromScalar_KeyOfRfc7515_HasItsPublicKey()
    {
        using var key = SigningKey.FromScalar(Decode(Rfc7515D));

        Assert.Equal([4, .. Decode(Rfc7515X), .. Decode(Rfc7515Y)], key.PublicKey.Bytes.ToArray());
        Assert.Equal("ES256", key.Algorithm);
    }

    [Fact]
    public void FromScalar_AnyKey_HasThePublicKeyBouncyCastleComputes()
    {
        for (var i = 0; i < 20; i++)
        {
            var scalar = RandomNumberGenerator.GetBytes(32);
            using var key = SigningKey.FromScalar(scalar);

            Assert.Equal(Curve.G.Multiply(new BigInteger(1, scalar)).GetEncoded(compressed: false), key.PublicKey.Bytes.ToArray());
        }
    }

    [Fact]
    public void Sign_ByThePlatform_VerifiesWithBouncyCastle()
    {
        var scalar = new byte[32];
        using var key = SigningKey.Generate(SigningAlgorithm.Es256, scalar);
        var verifier = new ECDsaSigner();
        verifier.Init(forSigning: false, new ECPublicKeyParameters(Curve.Curve.DecodePoint(key.PublicKey.Bytes.ToArray()), Curve));

        // Many, because one in 256 has an R or an S with a leading zero.
        for (var i = 0; i < 600; i++)
        {
            var data = Encoding.UTF8.GetBytes($"message {i}");
            var signature = key.Sign(data);

            Assert.Equal(64, signature.Length);
            Assert.True(verifier.VerifySignature(
                SHA256.HashData(data), new BigInteger(1, signature, 0, 32), new BigInteger(1, signature, 32, 32)));
        }
    }

    [Fact]
    public void Verify_SignaturesOfBouncyCastle_AreValidWithEitherS()
    {
        var scalar = RandomNumberGenerator.GetBytes(32);
        using var key = SigningKey.FromScalar(scalar);
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(forSigning: true, new ECPrivateKeyParameters(new BigInteger(1, scalar), Curve));
        for (var i = 0; i < 50; i++)
        {
            var data = Encoding.UTF8.GetBytes($"message {i}");
            var rs = signer.GenerateSignature(SHA256.HashData(data));

            Assert.True(key.PublicKey.Verify(data, [.. Fixed(rs[0]), .. Fixed(rs[1])]));
            Assert.True(key.PublicKey.Verify(data, [.. Fixed(rs[0]), .. Fixed(Curve.N.Subtract(rs[1]))]));
            Assert.False(key.PublicKey.Verify(data, [.. Fixed(rs[1]), .. Fixed(rs[0])]));
        }
    }

    [Theory]
    [InlineData(Zero, null)]
    [InlineData(null, Zero)]
    [InlineData(Zero, Zero)]
    [InlineData(Order, null)]
    [InlineData(null, Order)]
    [InlineData(Full, null)]
    [InlineData(null, Full)]
    [InlineData(One, One)]
    public void Verify_ROrSOutsideItsRange_Refuses(string? r, string? s)
    {
        using var key = SigningKey.FromScalar(Decode(Rfc7515D));
        var signature = key.Sign("message"u8);

        Assert.False(key.PublicKey.Verify("message"u8, [.. Bytes(r) ?? signature[..32], .. Bytes(s) ?? signature[32..]]));
        Assert.True(key.PublicKey.Verify("message"u8, signature));
    }

    [Fact]
    public void Verify_SPlusN_Refuses()
    {
        // An S so small that S + n fits into 32 bytes is not met by chance: S is chosen, and the key that it belongs to computed.
        var z = new BigInteger(1, SHA256.HashData("message"u8));
        var point = Curve.G.Multiply(BigInteger.ValueOf(4711)).Normalize();
        var r = point.AffineXCoord.ToBigInteger().Mod(Curve.N);
        var s = BigInteger.ValueOf(12345);
        var q = point.Multiply(s).Subtract(Curve.G.Multiply(z)).Multiply(r.ModInverse(Curve.N)).Normalize();

        Assert.True(VerificationKey.TryImport(q.GetEncoded(compressed: false), out var key));
        Assert.True(key.Verify("message"u8, [.. Fixed(r), .. Fixed(s)]));
        Assert.False(key.Verify("message"u8, [.. Fixed(r), .. Fixed(s.Add(Curve.N))]));
    }

    [Fact]
    public void Verify_DerOrOtherLength_Refuses()
    {
        var scalar = Decode(Rfc7515D);
        using var key = SigningKey.FromScalar(scalar);
        var signature = key.Sign("message"u8);
        var der = SignerUtilities.GetSigner("SHA-256withECDSA");
        der.Init(forSigning: true, new ECPrivateKeyParameters(new BigInteger(1, scalar), Curve));
        der.BlockUpdate("message"u8);

        Assert.False(key.PublicKey.Verify("message"u8, der.GenerateSignature()));
        Assert.False(key.PublicKey.Verify("message"u8, []));
        Assert.False(key.PublicKey.Verify("message"u8, signature.AsSpan(0, 63)));
        Assert.False(key.PublicKey.Verify("message"u8, [.. signature, 0]));
    }

    [Theory]
    [InlineData("04", Zero, Zero)]
    [InlineData("04", Prime, YOfXZero)]
    [InlineData("04", XOfYOne, PrimePlusOne)]
    [InlineData("04", XOfYOne, Zero)]
    [InlineData("04", One, One)]
    [InlineData("04", Full, Full)]
    [InlineData("00", XOfYOne, One)]
    [InlineData("05", XOfYOne, One)]
    [InlineData("06", Zero, YOfXZero)]
    [InlineData("07", XOfYOne, One)]
    [InlineData("03", XOfYOne, "")]
    [InlineData("", XOfYOne, One)]
    [InlineData("04", XOfYOne, One + "00")]
    [InlineData("00", "", "")]
    public void TryImport_NoPointOfTheCurveInCanonicalForm_Refuses(string prefix, string x, string y) =>
        Assert.False(VerificationKey.TryImport(Convert.FromHexString(prefix + x + y), out _));

    [Theory]
    [InlineData(Zero, YOfXZero)]
    [InlineData(XOfYOne, One)]
    public void TryImport_SmallestCoordinates_AreAKey(string x, string y)
    {
        Assert.True(VerificationKey.TryImport(Convert.FromHexString("04" + x + y), out var key));
        Assert.Equal("04" + x + y, Convert.ToHexString(key.Bytes));
    }

    [Theory]
    [InlineData(Zero)]
    [InlineData(Order)]
    [InlineData(OrderPlusOne)]
    [InlineData(Full)]
    [InlineData("01")]
    [InlineData("")]
    [InlineData(One + "00")]
    public void FromScalar_NoPrivateKey_Throws(string scalar) =>
        Assert.ThrowsAny<CryptographicException>(() => SigningKey.FromScalar(Convert.FromHexString(scalar)));

    [Theory]
    [InlineData(One)]
    [InlineData(OrderMinusOne)]
    public void FromScalar_FirstAndLast_AreKeys(string scalar)
    {
        using var key = SigningKey.FromScalar(Convert.FromHexString(scalar));

        Assert.True(key.PublicKey.Verify("message"u8, key.Sign("message"u8)));
    }

    private static VerificationKey Import(string x, string y)
    {
        Assert.True(VerificationKey.TryImport([4, .. Decode(x), .. Decode(y)], out var key));
        return key;
    }

    private static byte[] Decode(string base64Url)
    {
        Assert.True(Base64UrlText.TryDecode(base64Url, out var bytes));
        return bytes;
    }

    private static byte[]? Bytes(string? hex) => hex is null ? null : Convert.FromHexString(hex);

    private static byte[] Fixed(BigInteger value) => Org.BouncyCastle.Utilities.BigIntegers.AsUnsignedByteArray(32, value);
}
