using KmsGateway.Cryptography;
using KmsGateway.FakeKms;
using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Providers.Aws;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace KmsGateway.Keys.Tests.Providers.Aws;

/// <summary>Regions, roles, roots and custom key stores: the real SDK, over real sockets.</summary>
public sealed class AwsRegionsTests : IAsyncLifetime
{
    private const string First = "eu-central-1";
    private const string Second = "eu-west-1";

    private static readonly EncryptionContext Context = EncryptionContext.ForSigningKey("store", "acme", SigningAlgorithm.EdDsa, Guid.NewGuid());

    private FakeKmsServer _kms = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _kms = await FakeKmsServer.StartAsync();

    public ValueTask DisposeAsync() => _kms.DisposeAsync();

    [Fact]
    public async Task Generate_MultiRegionKey_UnwrapsInEachRegion()
    {
        using var provider = _kms.NewProvider(KeyRing.Alias, regions: [First, Second]);

        var made = await provider.GenerateSigningKeyAsync(First, Context, Token);

        Assert.Equal([First, Second], made.Wraps.Select(wrap => wrap.Region));
        Assert.False(made.MadeLocally);
        foreach (var wrap in made.Wraps)
        {
            Assert.Contains($":{wrap.Region}:", wrap.KeyReference, StringComparison.Ordinal);
            await AssertUnwrapsAsync(provider, made, wrap);
        }

        Assert.Equal(1, _kms.Calls.In(Second)["Decrypt"]);
    }

    [Fact]
    public async Task Generate_SingleRegionKeyAndSeveralRegions_SaysWhatToSet()
    {
        using var provider = _kms.NewProvider(KeyRing.SingleRegionAlias, regions: [First, Second]);

        var failure = await Assert.ThrowsAsync<KmsException>(() => provider.GenerateSigningKeyAsync(First, Context, Token));

        Assert.Equal(KmsFailure.Misconfigured, failure.Failure);
        Assert.Contains("Kms:KeyPairs", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KeyRing.SingleRegionAlias)]
    [InlineData(KeyRing.CustomKeyStoreAlias)]
    public async Task Generate_KeyPairsLocally_IsRecordedAndUnwrapsInEachRegion(string key)
    {
        using var provider = _kms.NewProvider(key, keyPairsLocally: true, regions: [First, Second]);

        var made = await provider.GenerateSigningKeyAsync(First, Context, Token);
        var seed = await provider.GenerateSeedAsync(First, Context, Token);

        Assert.True(made.MadeLocally);
        Assert.Equal(2, made.Wraps.Count);
        Assert.NotEqual(made.Wraps[0].Blob, made.Wraps[1].Blob);
        foreach (var wrap in made.Wraps)
        {
            await AssertUnwrapsAsync(provider, made, wrap);
        }

        using var first = await provider.UnwrapAsync(seed[0], Context, Token);
        using var second = await provider.UnwrapAsync(seed[1], Context, Token);
        Assert.True(first.Bytes.SequenceEqual(second.Bytes));
    }

    [Fact]
    public async Task Generate_CustomKeyStoreWithoutTheAlternative_IsAMistakeOfTheSettings()
    {
        using var provider = _kms.NewProvider(KeyRing.CustomKeyStoreAlias, regions: [First]);

        var failure = await Assert.ThrowsAsync<KmsException>(() => provider.GenerateSigningKeyAsync(First, Context, Token));

        Assert.Equal(KmsFailure.Misconfigured, failure.Failure);
        Assert.Contains("UnsupportedOperationException", failure.Message, StringComparison.Ordinal);
    }

    // What one Region cannot open, another may not be able to either, and it is not asked with the first one's wrap.
    [Fact]
    public async Task Unwrap_WrapOfAnotherRegion_IsRefused()
    {
        using var provider = _kms.NewProvider(KeyRing.SingleRegionAlias, regions: [First, Second]);
        using var only = _kms.NewProvider(KeyRing.SingleRegionAlias, regions: [First]);
        var wrap = Assert.Single((await only.GenerateSigningKeyAsync(First, Context, Token)).Wraps);

        var moved = await Assert.ThrowsAsync<KmsException>(() => provider.UnwrapAsync(wrap with { Region = Second }, Context, Token));
        Assert.Equal(KmsFailure.NotFound, moved.Failure);
        var unknown = await Assert.ThrowsAsync<KmsException>(() => only.UnwrapAsync(wrap with { Region = "us-east-1" }, Context, Token));
        Assert.Contains("'us-east-1'", unknown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("internal", 1)]
    [InlineData("reset", 1)]
    [InlineData("throttle", 1)]
    [InlineData("denied", 0)]
    [InlineData("disabled", 0)]
    public async Task ResilientKms_FirstRegionFails_OutagesAloneLeadToTheSecond(string kind, int callsOfTheSecond)
    {
        using var provider = _kms.NewProvider(KeyRing.Alias, regions: [First, Second]);
        var kms = new ResilientKms(
            provider, Microsoft.Extensions.Options.Options.Create(new KmsOptions()), Meters.NewKmsCalls(TimeProvider.System), TimeProvider.System, NullLoggerFactory.Instance);
        var made = await kms.GenerateSigningKeyAsync(Context, KmsPurpose.Create, Token);
        _kms.Faults.Set([new Fault(kind, Region: First)]);

        if (callsOfTheSecond > 0)
        {
            (await kms.UnwrapAsync(made.Wraps, Context, KmsPurpose.Retrieve, Token)).Dispose();
        }
        else
        {
            await Assert.ThrowsAsync<KmsException>(() => kms.UnwrapAsync(made.Wraps, Context, KmsPurpose.Retrieve, Token));
        }

        Assert.Equal(callsOfTheSecond, _kms.Calls.In(Second).GetValueOrDefault("Decrypt"));
    }

    // The creator never sees plaintext, the user cannot create.
    [Fact]
    public async Task Roles_CreatorAndUser_NeedNoMoreThanTheirs()
    {
        _kms.Permissions.Set(new Dictionary<string, string[]>
        {
            ["AKIDEXAMPLE"] = ["Decrypt", "GetPublicKey"],
            ["AKIDCREATOR"] = ["GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "Sign"],
        });
        using var provider = _kms.NewProvider(KeyRing.Alias, creator: "AKIDCREATOR", regions: [First]);

        var made = await provider.GenerateSigningKeyAsync(First, Context, Token);
        await provider.GenerateSeedAsync(First, Context, Token);
        await AssertUnwrapsAsync(provider, made, made.Wraps[0]);
        var root = await provider.GetOrCreateRootAsync(First, Context, Token);
        await provider.SignByRootAsync(root.Wraps[0], Context, [1, 2, 3], Token);

        using var userOnly = _kms.NewProvider(KeyRing.Alias, regions: [First]);
        var denied = await Assert.ThrowsAsync<KmsException>(() => userOnly.GenerateSigningKeyAsync(First, Context, Token));
        Assert.Equal(KmsFailure.Denied, denied.Failure);
        Assert.Contains("Allow kms:GenerateDataKeyPairWithoutPlaintext", denied.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SigningAlgorithm.EdDsa, KeyRing.RootAlias)]
    [InlineData(SigningAlgorithm.Es256, KeyRing.P256RootAlias)]
    public async Task Root_OfEachAlgorithm_SignsInTheKmsOfEachRegion(string algorithm, string alias)
    {
        using var provider = _kms.NewProvider(KeyRing.Alias, rootKeyId: alias, regions: [First, Second]);
        var context = EncryptionContext.ForRoot("store", algorithm, Guid.NewGuid());

        var root = await provider.GetOrCreateRootAsync(First, context, Token);

        Assert.True(VerificationKey.TryImport(root.PublicKey, out var publicKey));
        Assert.Equal(algorithm, publicKey.Algorithm);
        Assert.All(root.Wraps, wrap => Assert.Empty(wrap.Blob));
        foreach (var wrap in root.Wraps)
        {
            for (var i = 0; i < 50; i++)
            {
                byte[] input = [1, 2, 3, (byte)i];
                var signature = await provider.SignByRootAsync(wrap, context, input, Token);
                Assert.True(publicKey.Verify(input, signature));
            }

            Assert.Equal(publicKey.Kid, (await provider.GetRootPublicKeyAsync(wrap, context, Token)).Kid);
        }
    }

    [Theory]
    [InlineData(30)]
    [InlineData(-7_200)]
    public async Task ClockSkew_ClockOfTheKmsIsOff_IsSeen(int seconds)
    {
        _kms.Clock.Seconds = seconds;

        await _kms.Provider.GenerateSeedAsync(Context, Token);

        Assert.InRange(_kms.Skew.BySource[ClockSkew.Kms].TotalSeconds, -seconds - 5, -seconds + 5);
        Assert.Equal(seconds < -60, _kms.Skew.IsTooLarge);
    }

    private static async Task AssertUnwrapsAsync(AwsKmsProvider provider, WrappedSigningKey made, KeyWrap wrap)
    {
        Assert.True(VerificationKey.TryImport(made.PublicKey, out var publicKey));
        using var key = (await provider.UnwrapAsync(wrap, Context, Token)).ToSigningKey(publicKey);
        Assert.True(publicKey.Verify("data"u8, key.Sign("data"u8)));
    }
}
