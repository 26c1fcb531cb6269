using System.Text;
using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Tests.Providers;

public sealed class EncryptionContextTests
{
    private static readonly Guid Id = Guid.Parse("019586d0-1c00-7000-8000-00000000000A");

    [Fact]
    public void ToBytes_SigningKey_IsCanonicalJson()
    {
        var bytes = EncryptionContext.ForSigningKey("store-1", "acme", "ES256", Id).ToBytes();

        Assert.Equal(
            """{"alg":"ES256","app":"kmsgateway","id":"019586d0-1c00-7000-8000-00000000000a","purpose":"signing","store":"store-1","tenant":"acme","v":"1"}""",
            Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public void ToBytes_Seed_IsCanonicalJson()
    {
        var bytes = EncryptionContext.ForSeed("store-1", "acme", Id).ToBytes();

        Assert.Equal(
            """{"alg":"A256GCM","app":"kmsgateway","id":"019586d0-1c00-7000-8000-00000000000a","purpose":"encryption","store":"store-1","tenant":"acme","v":"1"}""",
            Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public void ToBytes_OtherPurposeTenantOrAlgorithm_Differs()
    {
        var all = new[]
        {
            EncryptionContext.ForSigningKey("store-1", "acme", "EdDSA", Id),
            EncryptionContext.ForSigningKey("store-1", "acme", "ES256", Id),
            EncryptionContext.ForSigningKey("store-1", "globex", "EdDSA", Id),
            EncryptionContext.ForSigningKey("store-2", "acme", "EdDSA", Id),
            EncryptionContext.ForSeed("store-1", "acme", Id),
            EncryptionContext.ForSeed("store-1", "globex", Id),
            EncryptionContext.ForRoot("store-1", "EdDSA", Id),
            EncryptionContext.ForRoot("store-1", "ES256", Id),
            EncryptionContext.ForCanary("store-1", Id),
        };

        Assert.Equal(all.Length, all.Select(context => Encoding.UTF8.GetString(context.ToBytes())).Distinct().Count());
    }
}
