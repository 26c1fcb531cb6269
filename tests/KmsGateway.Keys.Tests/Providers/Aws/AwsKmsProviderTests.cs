using KmsGateway.Cryptography;
using KmsGateway.FakeKms;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Tests.Support;

namespace KmsGateway.Keys.Tests.Providers.Aws;

/// <summary>The real SDK, over real sockets, to a KMS that is as strict as the real one.</summary>
public sealed class AwsKmsProviderTests : IAsyncLifetime
{
    private const string Store = "store-1";

    private FakeKmsServer _kms = null!;

    public static TheoryData<string> Algorithms => [.. SigningAlgorithm.All];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _kms = await FakeKmsServer.StartAsync();

    public ValueTask DisposeAsync() => _kms.DisposeAsync();

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task GenerateSigningKey_OfEachAlgorithm_UnwrapsToTheKeyOfItsPublicPart(string algorithm)
    {
        var context = EncryptionContext.ForSigningKey(Store, "acme", algorithm, Guid.NewGuid());

        var made = await _kms.Provider.GenerateSigningKeyAsync(context, Token);

        Assert.True(VerificationKey.TryImport(made.PublicKey, out var publicKey));
        Assert.Equal(algorithm, publicKey.Algorithm);
        using var key = await _kms.Provider.UnwrapSigningKeyAsync(made.Wrap, context, publicKey, Token);
        Assert.True(publicKey.Verify("data"u8, key.Sign("data"u8)));
        Assert.Equal(("aws", "eu-central-1", _kms.Keys.All[0].Arn), (made.Wrap.Provider, made.Wrap.Region, made.Wrap.KeyReference));

        // Neither operation of its creator gives plaintext away.
        Assert.Equal((1, 1), (_kms.Calls.Of("GenerateDataKeyPairWithoutPlaintext"), _kms.Calls.Of("Decrypt")));
    }

    [Fact]
    public async Task GenerateSeed_ThenUnwrap_IsThirtyTwoBytes()
    {
        var context = EncryptionContext.ForCanary(Store, Guid.NewGuid());

        var wrap = await _kms.Provider.GenerateSeedAsync(context, Token);
        using var first = await _kms.Provider.UnwrapAsync(wrap, context, Token);
        using var second = await _kms.Provider.UnwrapAsync(wrap, context, Token);

        Assert.Equal(32, first.Bytes.Length);
        Assert.True(first.Bytes.ContainsAnyExcept((byte)0));
        Assert.True(first.Bytes.SequenceEqual(second.Bytes));
    }

    public static TheoryData<string> Contexts => ["another tenant", "another id", "another algorithm", "another purpose", "another store"];

    // A row in another's place does not unwrap: the context is rebuilt from what was asked for.
    [Theory]
    [MemberData(nameof(Contexts))]
    public async Task Unwrap_UnderAnotherContext_IsInvalid(string what)
    {
        var id = Guid.NewGuid();
        var made = await _kms.Provider.GenerateSigningKeyAsync(EncryptionContext.ForSigningKey(Store, "acme", SigningAlgorithm.EdDsa, id), Token);
        var context = what switch
        {
            "another tenant" => EncryptionContext.ForSigningKey(Store, "globex", SigningAlgorithm.EdDsa, id),
            "another id" => EncryptionContext.ForSigningKey(Store, "acme", SigningAlgorithm.EdDsa, Guid.NewGuid()),
            "another algorithm" => EncryptionContext.ForSigningKey(Store, "acme", SigningAlgorithm.Es256, id),
            "another purpose" => EncryptionContext.ForRoot(Store, SigningAlgorithm.EdDsa, id),
            _ => EncryptionContext.ForSigningKey("store-2", "acme", SigningAlgorithm.EdDsa, id),
        };

        await FailsAsync(KmsFailure.InvalidCiphertext, "InvalidCiphertextException", made.Wrap, context);
    }

    [Fact]
    public async Task Unwrap_EveryByteOfTheBlobChanged_IsInvalidOrNotFound()
    {
        var context = EncryptionContext.ForCanary(Store, Guid.NewGuid());
        var wrap = await _kms.Provider.GenerateSeedAsync(context, Token);

        for (var i = 0; i < wrap.Blob.Length; i++)
        {
            var blob = wrap.Blob.ToArray();
            blob[i] ^= 1;
            var failure = await Assert.ThrowsAsync<KmsException>(() => _kms.Provider.UnwrapAsync(wrap with { Blob = blob }, context, Token));
            Assert.Equal(KmsFailure.InvalidCiphertext, failure.Failure);
        }
    }

    [Fact]
    public async Task Unwrap_UnderAnotherKeyThanItNames_IsInvalid()
    {
        var context = EncryptionContext.ForCanary(Store, Guid.NewGuid());
        var wrap = await _kms.Provider.GenerateSeedAsync(context, Token);

        await FailsAsync(KmsFailure.InvalidCiphertext, "IncorrectKeyException", wrap with { KeyReference = _kms.Keys.Find("eu-central-1", KeyRing.SingleRegionAlias).Arn }, context);
        await FailsAsync(KmsFailure.NotFound, "NotFoundException", wrap with { KeyReference = Guid.NewGuid().ToString() }, context);
    }

    [Fact]
    public async Task Unwrap_OfAnotherProvider_AsksNobody()
    {
        var context = EncryptionContext.ForCanary(Store, Guid.NewGuid());
        var wrap = await _kms.Provider.GenerateSeedAsync(context, Token);

        await FailsAsync(KmsFailure.NotFound, "'local'", wrap with { Provider = "local" }, context);

        Assert.Equal(0, _kms.Calls.Of("Decrypt"));
    }

    // A seed where a private key is due: it is authentic, and not this key.
    [Fact]
    public async Task Unwrap_SecretOfAnotherKind_IsNotTakenForTheKey()
    {
        var context = EncryptionContext.ForSigningKey(Store, "acme", SigningAlgorithm.EdDsa, Guid.NewGuid());
        var wrap = await _kms.Provider.GenerateSeedAsync(context, Token);
        var made = await _kms.Provider.GenerateSigningKeyAsync(context, Token);
        Assert.True(VerificationKey.TryImport(made.PublicKey, out var publicKey));

        var failure = await Assert.ThrowsAsync<KmsException>(() => _kms.Provider.UnwrapSigningKeyAsync(wrap, context, publicKey, Token));

        Assert.Equal(KmsFailure.InvalidCiphertext, failure.Failure);
    }

    [Theory]
    [InlineData("Disabled", KmsFailure.Disabled, "DisabledException")]
    [InlineData("PendingDeletion", KmsFailure.Disabled, "KMSInvalidStateException")]
    internal async Task Unwrap_KeyThatMayNotBeUsed_IsDisabled(string state, KmsFailure failure, string code)
    {
        var context = EncryptionContext.ForCanary(Store, Guid.NewGuid());
        var wrap = await _kms.Provider.GenerateSeedAsync(context, Token);
        _kms.Keys.All[0].State = Enum.Parse<KeyState>(state);

        await FailsAsync(failure, code, wrap, context);
    }

    // Each is one call: retries are not the SDK's.
    [Theory]
    [InlineData("throttle", KmsFailure.Throttled, "ThrottlingException")]
    [InlineData("internal", KmsFailure.Unavailable, "KMSInternalException")]
    [InlineData("unavailable", KmsFailure.Unavailable, "KeyUnavailableException")]
    [InlineData("timeout", KmsFailure.Unavailable, "DependencyTimeoutException")]
    [InlineData("denied", KmsFailure.Denied, "AccessDeniedException")]
    [InlineData("expired", KmsFailure.Misconfigured, "ExpiredTokenException")]
    [InlineData("unrecognized-client", KmsFailure.Misconfigured, "UnrecognizedClientException")]
    [InlineData("limit-exceeded", KmsFailure.LimitExceeded, "LimitExceededException")]
    [InlineData("disabled", KmsFailure.Disabled, "DisabledException")]
    [InlineData("invalid-state", KmsFailure.Disabled, "KMSInvalidStateException")]
    [InlineData("not-found", KmsFailure.NotFound, "NotFoundException")]
    [InlineData("invalid-ciphertext", KmsFailure.InvalidCiphertext, "InvalidCiphertextException")]
    [InlineData("incorrect-key", KmsFailure.InvalidCiphertext, "IncorrectKeyException")]
    [InlineData("invalid-key-usage", KmsFailure.InvalidCiphertext, "InvalidKeyUsageException")]
    [InlineData("reset", KmsFailure.Unavailable, "gave no answer")]
    [InlineData("hang", KmsFailure.Unavailable, "gave no answer")]
    internal async Task Unwrap_KmsFails_IsClassifiedAfterOneCall(string kind, KmsFailure failure, string code)
    {
        var context = EncryptionContext.ForCanary(Store, Guid.NewGuid());
        var wrap = await _kms.Provider.GenerateSeedAsync(context, Token);
        _kms.Faults.Set([new Fault(kind)]);

        await FailsAsync(failure, code, wrap, context);

        Assert.Equal(1, _kms.Calls.Of("Decrypt"));
    }

    [Fact]
    public async Task Unwrap_CallerGivesUp_IsCanceled()
    {
        var context = EncryptionContext.ForCanary(Store, Guid.NewGuid());
        var wrap = await _kms.Provider.GenerateSeedAsync(context, Token);
        _kms.Faults.Set([new Fault("hang")]);
        using var caller = new CancellationTokenSource();

        var unwrapping = _kms.Provider.UnwrapAsync(wrap, context, caller.Token);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unwrapping);
    }

    private async Task FailsAsync(KmsFailure expected, string text, KeyWrap wrap, EncryptionContext context)
    {
        var failure = await Assert.ThrowsAsync<KmsException>(() => _kms.Provider.UnwrapAsync(wrap, context, Token));
        Assert.Equal(expected, failure.Failure);
        Assert.Contains(text, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("arn:", failure.Message, StringComparison.Ordinal);
    }
}
