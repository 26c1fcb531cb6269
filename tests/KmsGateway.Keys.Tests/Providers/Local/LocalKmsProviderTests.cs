using KmsGateway.Cryptography;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Providers.Local;
using KmsGateway.Keys.Tests.Support;

namespace KmsGateway.Keys.Tests.Providers.Local;

public sealed class LocalKmsProviderTests : IDisposable
{
    private static readonly EncryptionContext Context = ContextOf(SigningAlgorithm.EdDsa);

    private readonly TempFolder _folder = new();
    private readonly LocalKmsProvider _provider;

    public LocalKmsProviderTests()
    {
        _provider = Provider("master.key");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Gateway.Algorithms), MemberType = typeof(Gateway))]
    public async Task UnwrapAsync_GeneratedKey_GivesTheSecretOfThePublicKey(string algorithm)
    {
        var context = ContextOf(algorithm);
        var made = await _provider.GenerateSigningKeyAsync(context, Token);

        using var secret = await _provider.UnwrapAsync(made.Wrap, context, Token);
        using var key = SigningKey.Import(algorithm, secret.Bytes);

        Assert.Equal(made.PublicKey, key.PublicKey.Bytes.ToArray());
        Assert.Equal(-1, made.Wrap.Blob.AsSpan().IndexOf(secret.Bytes));
    }

    [Fact]
    public async Task GenerateSeedAsync_Twice_GivesDifferentWraps()
    {
        var first = await _provider.GenerateSeedAsync(Context, Token);
        var second = await _provider.GenerateSeedAsync(Context, Token);

        Assert.NotEqual(first.Blob, second.Blob);
        Assert.Equal(first.KeyReference, second.KeyReference);
    }

    [Fact]
    public async Task UnwrapAsync_OtherInstanceOnTheSameFile_Unwraps()
    {
        var wrap = await _provider.GenerateSeedAsync(Context, Token);

        using var secret = await Provider("master.key").UnwrapAsync(wrap, Context, Token);

        Assert.Equal(32, secret.Bytes.Length);
    }

    [Fact]
    public async Task UnwrapAsync_AnyByteChanged_IsInvalid()
    {
        var wrap = await _provider.GenerateSeedAsync(Context, Token);
        for (var i = 0; i < wrap.Blob.Length; i++)
        {
            var blob = wrap.Blob.ToArray();
            blob[i] ^= 1;

            Assert.Equal(KmsFailure.InvalidCiphertext, await FailureAsync(_provider, wrap with { Blob = blob }, Context));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(28)]
    [InlineData(60)]
    public async Task UnwrapAsync_Truncated_IsInvalid(int length)
    {
        var wrap = await _provider.GenerateSeedAsync(Context, Token);

        Assert.Equal(KmsFailure.InvalidCiphertext, await FailureAsync(_provider, wrap with { Blob = wrap.Blob[..length] }, Context));
    }

    [Fact]
    public async Task UnwrapAsync_OtherContext_IsInvalid()
    {
        var wrap = await _provider.GenerateSeedAsync(Context, Token);

        Assert.Equal(
            KmsFailure.InvalidCiphertext, await FailureAsync(_provider, wrap, EncryptionContext.ForSigningKey("store", "globex", "EdDSA", Context.Id)));
        Assert.Equal(
            KmsFailure.InvalidCiphertext, await FailureAsync(_provider, wrap, EncryptionContext.ForSigningKey("other", "acme", "EdDSA", Context.Id)));
        Assert.Equal(
            KmsFailure.InvalidCiphertext, await FailureAsync(_provider, wrap, EncryptionContext.ForSigningKey("store", "acme", "EdDSA", Guid.NewGuid())));
        Assert.Equal(
            KmsFailure.InvalidCiphertext, await FailureAsync(_provider, wrap, EncryptionContext.ForSigningKey("store", "acme", "ES256", Context.Id)));
    }

    [Fact]
    public async Task UnwrapAsync_OtherMasterKey_SaysThatItIsAnother()
    {
        var wrap = await _provider.GenerateSeedAsync(Context, Token);
        var other = Provider("other.key");
        await other.GenerateSeedAsync(Context, Token);

        var exception = await Assert.ThrowsAsync<KmsException>(() => other.UnwrapAsync(wrap, Context, Token));

        Assert.Equal(KmsFailure.NotFound, exception.Failure);
        Assert.Contains("another master key", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnwrapAsync_OtherProvidersWrap_IsNotFound()
    {
        var wrap = await _provider.GenerateSeedAsync(Context, Token);

        Assert.Equal(KmsFailure.NotFound, await FailureAsync(_provider, wrap with { Provider = "aws" }, Context));
    }

    [Fact]
    public async Task UnwrapAsync_MasterKeyFileGone_IsAnOutageUntilItIsBack()
    {
        var wrap = await _provider.GenerateSeedAsync(Context, Token);
        File.Move(_folder.File("master.key"), _folder.File("away"));

        Assert.Equal(KmsFailure.Unavailable, await FailureAsync(_provider, wrap, Context));
        await Assert.ThrowsAsync<KmsException>(() => _provider.GenerateSeedAsync(Context, Token));
        Assert.False(File.Exists(_folder.File("master.key")));

        File.Move(_folder.File("away"), _folder.File("master.key"));
        using var secret = await _provider.UnwrapAsync(wrap, Context, Token);
        Assert.Equal(32, secret.Bytes.Length);
    }

    private static EncryptionContext ContextOf(string algorithm) =>
        EncryptionContext.ForSigningKey("store", "acme", algorithm, Guid.CreateVersion7());

    private static async Task<KmsFailure> FailureAsync(LocalKmsProvider provider, KeyWrap wrap, EncryptionContext context) =>
        (await Assert.ThrowsAsync<KmsException>(() => provider.UnwrapAsync(wrap, context, Token))).Failure;

    private LocalKmsProvider Provider(string file) =>
        new(Microsoft.Extensions.Options.Options.Create(new KmsOptions { Local = { MasterKeyFile = _folder.File(file) } }));
}
