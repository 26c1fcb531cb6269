using System.Security.Cryptography;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Providers.Aws;

namespace KmsGateway.Keys.Tests.Providers.Aws;

public sealed class KeyEncodingsTests
{
    // RFC 8410, section 10.3: the same key in both versions of PKCS#8.
    [Theory]
    [InlineData("302e020100300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842")]
    [InlineData(
        "3072020101300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842a01f301d060a2a864886f70d01090914310f"
        + "0c0d437572646c6520436861697273812100"
        + "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1")]
    public void Secret_Ed25519OfTheRfc_IsItsSeed(string pkcs8)
    {
        using var secret = KeyEncodings.Secret(Convert.FromHexString(pkcs8), SigningAlgorithm.EdDsa);

        Assert.Equal("D4EE72DBF913584AD5B6D8F1F769F8AD3AFE7C28CBF1D4FBE097A88F44755842", Convert.ToHexString(secret.Bytes));
    }

    [Fact]
    public void RawPublicKey_Ed25519OfTheRfc_IsItsPoint() => Assert.Equal(
        "19BF44096984CDFE8541BAC167DC3B96C85086AA30B6B6CB0C5C38AD703166E1",
        Convert.ToHexString(KeyEncodings.RawPublicKey(Convert.FromBase64String("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="))));

    [Fact]
    public void P256_OfThePlatform_RoundTrips()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        using var secret = KeyEncodings.Secret(key.ExportPkcs8PrivateKey(), SigningAlgorithm.Es256);
        using var imported = SigningKey.FromScalar(secret.Bytes);

        Assert.Equal(KeyEncodings.RawPublicKey(key.ExportSubjectPublicKeyInfo()), imported.PublicKey.Bytes.ToArray());
    }

    [Fact]
    public void Secret_OfAnotherAlgorithmOrBroken_IsRefused()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var ed25519 = Convert.FromHexString("302e020100300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842");

        Assert.Throws<CryptographicException>(() => KeyEncodings.Secret(p256.ExportPkcs8PrivateKey(), SigningAlgorithm.EdDsa));
        Assert.Throws<CryptographicException>(() => KeyEncodings.Secret(p384.ExportPkcs8PrivateKey(), SigningAlgorithm.Es256));
        Assert.Throws<CryptographicException>(() => KeyEncodings.Secret(ed25519, SigningAlgorithm.Es256));
        for (var length = 0; length < ed25519.Length; length++)
        {
            var cut = ed25519[..length];
            Assert.Throws<CryptographicException>(() => KeyEncodings.Secret(cut, SigningAlgorithm.EdDsa));
        }
    }
}
