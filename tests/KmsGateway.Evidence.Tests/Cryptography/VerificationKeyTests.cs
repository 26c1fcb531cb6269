using KmsGateway.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Xunit;

namespace KmsGateway.Evidence.Tests.Cryptography;

public sealed class VerificationKeyTests
{
    // RFC 8037 appendix A: the key, and its thumbprint.
    private const string Rfc8037Seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

    [Fact]
    public void Kid_OfTheKeyOfRfc8037_IsItsThumbprint()
    {
        using var key = SigningKey.FromSeed(Convert.FromHexString(Rfc8037Seed));

        Assert.Equal("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", key.Kid);
    }

    [Fact]
    public void Sign_ByLibsodium_VerifiesWithBouncyCastle()
    {
        using var key = SigningKey.FromSeed(Convert.FromHexString(Rfc8037Seed));
        var signature = key.Sign("message"u8);

        var verifier = new Ed25519Signer();
        verifier.Init(forSigning: false, new Ed25519PublicKeyParameters(key.PublicKey.Bytes));
        verifier.BlockUpdate("message"u8);

        Assert.True(verifier.VerifySignature(signature));
        Assert.True(key.PublicKey.Verify("message"u8, signature));
        Assert.False(key.PublicKey.Verify("messagf"u8, signature));
    }

    [Fact]
    public void Verify_SPlusL_Refuses()
    {
        using var key = SigningKey.FromSeed(Convert.FromHexString(Rfc8037Seed));
        var signature = key.Sign("message"u8);
        var order = Convert.FromHexString("EDD3F55C1A631258D69CF7A2DEF9DE1400000000000000000000000000000010");
        var carry = 0;
        for (var i = 0; i < 32; i++)
        {
            carry += signature[32 + i] + order[i];
            signature[32 + i] = (byte)carry;
            carry >>= 8;
        }

        Assert.False(key.PublicKey.Verify("message"u8, signature));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("ECFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F")]
    [InlineData("EDFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F")]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData("26E8958FC2B227B045C3F489F2EF98F0D5DFAC05D3C63339B13802886D53FC85")]
    [InlineData("C7176A703D4DD84FBA3C0B760D10670F2A2053FA2C39CCC64EC7FD7792AC037A")]
    [InlineData("00")]
    public void TryImport_SmallOrderOrNotCanonical_Refuses(string encoded) =>
        Assert.False(VerificationKey.TryImport(Convert.FromHexString(encoded), out _));
}
