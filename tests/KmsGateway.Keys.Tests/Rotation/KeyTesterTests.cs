using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Rotation;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace KmsGateway.Keys.Tests.Rotation;

public sealed class KeyTesterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    // A seed that is another one in another Region would make values that cannot be read on the day of a failover.
    [Theory]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public async Task TestAsync_Seed_MustBeTheSameInEveryRegion(byte inB, bool works)
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var provider = new ScriptedKms("a", "b");
        (provider.Fills["a"], provider.Fills["b"]) = (7, inB);
        var kms = new ResilientKms(
            provider, Microsoft.Extensions.Options.Options.Create(new KmsOptions()), Meters.NewKmsCalls(gateway.Time), gateway.Time, NullLoggerFactory.Instance);
        var tester = new KeyTester(kms, gateway.Store, gateway.Get<KeyRotations>(), gateway.Time, NullLogger<KeyTester>.Instance);
        var id = Guid.CreateVersion7();
        var version = new KeyVersion
        {
            Id = id,
            Kid = SeedId.KidOf(id),
            Tenant = "acme",
            Purpose = KeyPurpose.Encryption,
            Algorithm = EncryptionContext.SeedAlgorithm,
            PublicKey = [],
            Stage = KeyStage.Pending,
            MadeLocally = false,
            Reason = "test",
            CreatedAt = gateway.Time.GetUtcNow(),
        };
        await gateway.Store.AddPendingKeyAsync(new StoredKey(version, [Wrap("a"), Wrap("b")]), Token);

        Assert.Equal(works, await tester.TestAsync(version, Token));

        Assert.Equal(["a", "b"], provider.Calls);
        Assert.Equal(works ? KeyStage.Pending : KeyStage.Failed, (await gateway.Store.FindKeyAsync(version.Kid, Token))!.Stage);
    }

    private static KeyWrap Wrap(string region) =>
        new() { Provider = "scripted", Region = region, KeyReference = "ref", ContextVersion = 1, Blob = [1] };
}
