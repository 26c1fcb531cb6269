using KmsGateway.Cryptography;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Tests.Support;
using KmsGateway.Testing;

namespace KmsGateway.Keys.Tests;

public sealed class TenantKeysTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task GetSigningKeyAsync_UnknownTenant_CostsNothing()
    {
        using var gateway = await PrepareAsync("acme");
        var unwraps = gateway.Kms.Unwraps(KeyPurpose.Signing);

        Assert.False(gateway.Keys.IsKnown("initech"));
        Assert.False(gateway.Keys.IsKnown("ACME"));
        Assert.Equal(KeyFailure.UnknownTenant, (await gateway.GetAsync("initech")).Failure);
        Assert.Equal(unwraps, gateway.Kms.Unwraps(KeyPurpose.Signing));
        Assert.Equal(0, gateway.Cache.Count);
    }

    [Fact]
    public async Task GetSigningKeyAsync_TenantOfTheDatabaseOnly_IsUnknown()
    {
        using var other = await PrepareAsync("globex");
        using var gateway = await PrepareAsync("acme");

        Assert.Equal(KeyFailure.UnknownTenant, (await gateway.GetAsync("globex")).Failure);
    }

    [Fact]
    public async Task GetSigningKeyAsync_Cached_CompletesAtOnceAndAllocatesLittle()
    {
        using var gateway = await PrepareAsync("acme");
        await gateway.KidAsync("acme");
        var keys = gateway.Keys;
        for (var i = 0; i < 100; i++)
        {
            GetAndReturn(keys);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            GetAndReturn(keys);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 1000, 0, 200);
    }

    [Fact]
    public async Task GetSigningKeyAsync_HundredCallers_AskTheKmsOnce()
    {
        using var gateway = await PrepareAsync("acme");
        var gate = new TaskCompletionSource();
        gateway.Kms.Gate = gate.Task;
        var before = gateway.Kms.Unwraps(KeyPurpose.Signing);

        var callers = Enumerable.Range(0, 100).Select(_ => gateway.GetAsync("acme")).ToList();
        gate.SetResult();
        var results = await Task.WhenAll(callers);

        Assert.Equal(1, gateway.Kms.Unwraps(KeyPurpose.Signing) - before);
        Assert.Single(results.Select(result => result.Lease!.Key).Distinct());
        Assert.All(results, result => result.Lease!.Dispose());
    }

    [Fact]
    public async Task GetSigningKeyAsync_ImpatientCaller_CancelsNobody()
    {
        using var gateway = await PrepareAsync("acme");
        var gate = new TaskCompletionSource();
        gateway.Kms.Gate = gate.Task;
        var before = gateway.Kms.Unwraps(KeyPurpose.Signing);
        using var impatience = new CancellationTokenSource();

        var impatient = gateway.Keys.GetSigningKeyAsync("acme", impatience.Token).AsTask();
        var patient = gateway.GetAsync("acme");
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        gate.SetResult();

        using var lease = (await patient).Lease;
        Assert.NotNull(lease);
        Assert.Equal(1, gateway.Kms.Unwraps(KeyPurpose.Signing) - before);
    }

    [Fact]
    public async Task GetSigningKeyAsync_SlowKms_AnswersAfterCallerWaitAndFillsTheCache()
    {
        using var gateway = await PrepareAsync("acme");
        var gate = new TaskCompletionSource();
        gateway.Kms.Gate = gate.Task;
        var before = gateway.Kms.Unwraps(KeyPurpose.Signing);

        var waiting = gateway.GetAsync("acme");
        gateway.Time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(waiting.IsCompleted);
        gateway.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(KeyFailure.Unavailable, (await waiting).Failure);

        var second = gateway.GetAsync("acme");
        gate.SetResult();
        using var lease = (await second).Lease;
        Assert.NotNull(lease);
        Assert.Equal(before + 1, gateway.Kms.Unwraps(KeyPurpose.Signing));
    }

    [Fact]
    public async Task GetSigningKeyAsync_AbandonedRetrieval_LeavesNoLeaseBehind()
    {
        using var gateway = await PrepareAsync("acme");
        var gate = new TaskCompletionSource();
        gateway.Kms.Gate = gate.Task;
        var abandoned = gateway.GetAsync("acme");
        gateway.Time.Advance(TimeSpan.FromSeconds(3));
        await abandoned;
        var witness = gateway.GetAsync("acme");
        gate.SetResult();
        SigningKey key;
        using (var lease = (await witness).Lease!)
        {
            key = lease.Key;
        }

        gateway.Cache.Dispose();

        // The abandoned caller's lease is given back on another thread, which does not tell.
        await Poll.UntilAsync(() => Cleared(key));
    }

    [Fact]
    public async Task GetSigningKeyAsync_HungKms_EndsWithItsBudget()
    {
        using var gateway = await PrepareAsync("acme");
        gateway.Kms.Gate = new TaskCompletionSource().Task;
        var before = gateway.Kms.Unwraps(KeyPurpose.Signing);

        var first = gateway.GetAsync("acme");
        await gateway.Kms.UnwrapsReachAsync(KeyPurpose.Signing, before + 1);
        gateway.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(KeyFailure.Unavailable, (await first).Failure);
        var second = gateway.GetAsync("acme");
        gateway.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(KeyFailure.Unavailable, (await second).Failure);

        // The last attempt hangs, too, before the KMS is well again.
        await gateway.PassTimeAsync(gateway.Kms.UnwrapsReachAsync(KeyPurpose.Signing, before + 2));
        gateway.Kms.Gate = Task.CompletedTask;
        gateway.Time.Advance(TimeSpan.FromSeconds(2));
        await gateway.Log.WaitForAsync(1020);
        Assert.Equal(KeyFailure.None, (await gateway.GetAsync("acme")).Failure);
    }

    [Fact]
    public async Task GetSigningKeyAsync_EvictedWhileLeased_KeyStaysUsable()
    {
        string[] tenants = [.. Enumerable.Range(0, 20).Select(i => $"tenant-{i}")];
        using var gateway = await Gateway.PrepareAsync(_folder, tenants, settings: new() { ["Cache:SigningKeys"] = "3" });
        var lease = (await gateway.GetAsync(tenants[0])).Lease!;
        var key = lease.Key;

        foreach (var tenant in tenants.Skip(1).Concat(tenants.Skip(1)))
        {
            await gateway.KidAsync(tenant);
        }

        Assert.InRange(gateway.Cache.Count, 1, 4);
        Assert.True(lease.TrustedKey.Key.Verify("data"u8, lease.Key.Sign("data"u8)));
        var before = gateway.Kms.Unwraps(KeyPurpose.Signing);
        await gateway.KidAsync(tenants[0]);
        Assert.Equal(1, gateway.Kms.Unwraps(KeyPurpose.Signing) - before);

        lease.Dispose();
        lease.Dispose();
        Assert.True(Cleared(key));
        Assert.Throws<ObjectDisposedException>(() => lease.Key);
    }

    [Fact]
    public async Task GetSigningKeyAsync_LifetimeOver_AsksTheKmsAgain()
    {
        using var gateway = await PrepareAsync("acme");
        await gateway.KidAsync("acme");
        var before = gateway.Kms.Unwraps(KeyPurpose.Signing);

        await AdvanceAsync(gateway, TimeSpan.FromMinutes(59));
        await gateway.KidAsync("acme");
        Assert.Equal(before, gateway.Kms.Unwraps(KeyPurpose.Signing));

        gateway.Kms.Failure = new KmsException(KmsFailure.Unavailable, "down");
        await AdvanceAsync(gateway, TimeSpan.FromMinutes(1));
        Assert.Equal(KeyFailure.Unavailable, (await gateway.PassTimeAsync(gateway.GetAsync("acme"))).Failure);
    }

    [Fact]
    public async Task Trim_LifetimeOver_ClearsKeysNobodyAsksFor()
    {
        using var gateway = await PrepareAsync("acme");
        using var lease = (await gateway.GetAsync("acme")).Lease!;
        var key = lease.Key;
        lease.Dispose();

        gateway.Cache.Trim();
        Assert.False(Cleared(key));
        gateway.Time.Advance(TimeSpan.FromMinutes(60));
        gateway.Cache.Trim();

        Assert.True(Cleared(key));
        Assert.Equal(0, gateway.Cache.Count);
    }

    [Fact]
    public async Task GetSigningKeyAsync_PointerTooOld_RefusesEvenACachedKey()
    {
        using var gateway = await PrepareAsync("acme");
        await gateway.KidAsync("acme");

        gateway.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(KeyFailure.None, (await gateway.GetAsync("acme")).Failure);
        gateway.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(KeyFailure.Unavailable, (await gateway.GetAsync("acme")).Failure);

        await gateway.ActiveKeys.RefreshAsync(Token);
        Assert.Equal(KeyFailure.None, (await gateway.GetAsync("acme")).Failure);
    }

    [Fact]
    public async Task GetSigningKeyAsync_NotPrepared_IsUnavailable()
    {
        using var gateway = new Gateway(_folder, Gateway.NewTime(), ["acme"]);

        Assert.Equal(KeyFailure.Unavailable, (await gateway.GetAsync("acme")).Failure);
    }

    [Fact]
    public async Task GetSigningKeyAsync_ClockBeforeTheKey_IsNotValidNow()
    {
        using var first = await PrepareAsync("acme");
        var past = new PatientTime(Gateway.NewTime().GetUtcNow() - TimeSpan.FromHours(1));
        using var second = await Gateway.PrepareAsync(_folder, ["acme"], past);

        Assert.Equal(KeyFailure.NotValidNow, (await second.GetAsync("acme")).Failure);
    }

    [Fact]
    public async Task GetSigningKeyAsync_NoRow_IsNoKey()
    {
        using var gateway = await PrepareAsync("acme");
        gateway.Tamper("UPDATE tenant_key SET status = 'retired'");
        await gateway.ActiveKeys.RefreshAsync(Token);

        Assert.Equal(KeyFailure.NoKey, (await gateway.GetAsync("acme")).Failure);
    }

    [Fact]
    public async Task GetSigningKeyAsync_RowWithoutChainEntry_IsNoKey()
    {
        using var gateway = await PrepareAsync("acme", "globex");
        var id = Guid.CreateVersion7();
        var made = await gateway.Kms.GenerateSigningKeyAsync(EncryptionContext.ForSigningKey(gateway.Store.Id, "acme", "EdDSA", id), Token);
        Assert.True(VerificationKey.TryImport(made.PublicKey, out var forged));

        gateway.Tamper(
            """
            UPDATE tenant_key SET status = 'retired' WHERE tenant_id = 'acme';
            INSERT INTO tenant_key (id, kid, tenant_id, purpose, alg, version, status, public_key, created_at)
            VALUES (@Id, @Kid, 'acme', 'signing', 'EdDSA', 2, 'active', @PublicKey, 0);
            INSERT INTO key_wrap (key_id, provider, region, key_reference, ctx_version, blob)
            VALUES (@Id, 'local', '', @KeyReference, 1, @Blob)
            """,
            new { Id = id.ToString("D"), forged.Kid, made.PublicKey, made.Wrap.KeyReference, made.Wrap.Blob });
        await gateway.ActiveKeys.RefreshAsync(Token);
        await gateway.ActiveKeys.RefreshAsync(Token);

        Assert.Equal(KeyFailure.Denied, (await gateway.GetAsync("acme")).Failure);
        Assert.Equal(KeyFailure.None, (await gateway.GetAsync("globex")).Failure);
        Assert.Equal(1, gateway.Log.Count(1010));
    }

    [Fact]
    public async Task GetSigningKeyAsync_RowsOfTwoTenantsSwapped_NeitherSigns()
    {
        using var gateway = await PrepareAsync("acme", "globex");
        gateway.Tamper(
            """
            UPDATE tenant_key SET status = 'swap';
            UPDATE tenant_key SET tenant_id = iif(tenant_id = 'acme', 'globex', 'acme'), version = 2;
            UPDATE tenant_key SET status = 'active'
            """);
        await gateway.ActiveKeys.RefreshAsync(Token);

        Assert.Equal(KeyFailure.Denied, (await gateway.GetAsync("acme")).Failure);
        Assert.Equal(KeyFailure.Denied, (await gateway.GetAsync("globex")).Failure);
        Assert.Equal(0, gateway.Cache.Count);
    }

    [Fact]
    public async Task GetSigningKeyAsync_WrapsOfTwoTenantsSwapped_DoNotUnwrap()
    {
        using var gateway = await PrepareAsync("acme", "globex");
        gateway.Tamper(
            """
            UPDATE key_wrap SET blob = (SELECT other.blob FROM key_wrap AS other WHERE other.key_id <> key_wrap.key_id)
            WHERE key_id = (SELECT id FROM tenant_key WHERE tenant_id = 'acme')
            """);

        Assert.Equal(KeyFailure.Denied, (await gateway.GetAsync("acme")).Failure);
        Assert.Equal(KeyFailure.None, (await gateway.GetAsync("globex")).Failure);
        Assert.Contains("was not made for tenant 'acme'", gateway.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetSigningKeyAsync_WrapHoldsAnotherPrivateKey_IsDenied()
    {
        using var gateway = await PrepareAsync("acme");
        var id = Guid.Parse(gateway.Query<string>("SELECT id FROM tenant_key"));
        var other = await gateway.Kms.GenerateSigningKeyAsync(EncryptionContext.ForSigningKey(gateway.Store.Id, "acme", "EdDSA", id), Token);
        gateway.Tamper("UPDATE key_wrap SET blob = @Blob", new { other.Wrap.Blob });

        Assert.Equal(KeyFailure.Denied, (await gateway.GetAsync("acme")).Failure);
        Assert.Contains("does not belong to it", gateway.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(KmsFailure.Unavailable))]
    [InlineData(nameof(KmsFailure.Throttled))]
    [InlineData(nameof(KmsFailure.LimitExceeded))]
    [InlineData(nameof(KmsFailure.Misconfigured))]
    public async Task GetSigningKeyAsync_KmsOut_IsNotCached(string failure)
    {
        using var gateway = await PrepareAsync("acme");
        gateway.Kms.Failure = new KmsException(Enum.Parse<KmsFailure>(failure), "no");

        Assert.Equal(KeyFailure.Unavailable, (await gateway.PassTimeAsync(gateway.GetAsync("acme"))).Failure);

        gateway.Kms.Failure = null;
        await gateway.ActiveKeys.RefreshAsync(Token);
        Assert.Equal(KeyFailure.None, (await gateway.PassTimeAsync(gateway.GetAsync("acme"))).Failure);
    }

    [Theory]
    [InlineData(nameof(KmsFailure.Disabled))]
    [InlineData(nameof(KmsFailure.NotFound))]
    [InlineData(nameof(KmsFailure.InvalidCiphertext))]
    public async Task GetSigningKeyAsync_KmsRefuses_IsNotAskedAgainForThirtySeconds(string failure)
    {
        using var gateway = await PrepareAsync("acme", "globex");
        gateway.Kms.Failure = new KmsException(Enum.Parse<KmsFailure>(failure), "no");
        var before = gateway.Kms.Unwraps(KeyPurpose.Signing);
        Assert.Equal(KeyFailure.Denied, (await gateway.GetAsync("acme")).Failure);
        gateway.Kms.Failure = null;

        gateway.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(KeyFailure.Denied, (await gateway.GetAsync("acme")).Failure);
        Assert.Equal(before + 1, gateway.Kms.Unwraps(KeyPurpose.Signing));
        Assert.Equal(KeyFailure.None, (await gateway.GetAsync("globex")).Failure);

        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(KeyFailure.None, (await gateway.GetAsync("acme")).Failure);
    }

    // Permissions take seconds to reach all of a KMS.
    [Fact]
    public async Task GetSigningKeyAsync_Denied_IsAskedOnceMoreAfterFiveSecondsAndThenBelieved()
    {
        using var gateway = await PrepareAsync("acme");
        gateway.Kms.Failure = new KmsException(KmsFailure.Denied, "no");
        var before = gateway.Kms.Unwraps(KeyPurpose.Signing);
        var asked = new List<int>();
        foreach (var seconds in new[] { 0, 4, 1, 5, 24, 1 })
        {
            gateway.Time.Advance(TimeSpan.FromSeconds(seconds));
            await gateway.ActiveKeys.RefreshAsync(Token);
            Assert.Equal(KeyFailure.Denied, (await gateway.GetAsync("acme")).Failure);
            asked.Add(gateway.Kms.Unwraps(KeyPurpose.Signing) - before);
        }

        Assert.Equal([1, 1, 2, 2, 2, 3], asked);
    }

    [Fact]
    public async Task GetSigningKeyAsync_StoreGone_CachedTenantsSignAndOthersAreUnavailable()
    {
        using var gateway = await PrepareAsync("acme", "globex");
        await gateway.KidAsync("acme");
        gateway.Tamper("DROP TABLE key_wrap");

        Assert.Equal(KeyFailure.None, (await gateway.GetAsync("acme")).Failure);
        Assert.Equal(KeyFailure.Unavailable, (await gateway.GetAsync("globex")).Failure);
    }

    [Theory]
    [InlineData("UPDATE tenant_key SET id = 'x' || id")]
    [InlineData("DROP INDEX tenant_key_active; UPDATE tenant_key SET tenant_id = 'acme', version = rowid")]
    public async Task ActiveKeyRefresh_RowNobodyCanRead_StopsSigningNotTheGateway(string sql)
    {
        using var gateway = new Gateway(_folder, Gateway.NewTime(), ["acme", "globex"]);
        await gateway.StartAsync();
        gateway.Tamper(sql);

        await Poll.UntilAsync(
            () =>
            {
                gateway.Time.Advance(TimeSpan.FromSeconds(1));
                return gateway.Log.Count(1012) > 1;
            },
            () => gateway.Log.Text);
        gateway.Time.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(KeyFailure.Unavailable, (await gateway.GetAsync("acme")).Failure);
        await gateway.StopAsync();
    }

    private static void GetAndReturn(TenantKeys keys)
    {
        var pending = keys.GetSigningKeyAsync("acme", CancellationToken.None);
        if (pending.IsCompletedSuccessfully)
        {
            pending.Result.Lease!.Dispose();
        }
        else
        {
            Assert.Fail("A hit must not wait.");
        }
    }

    private static bool Cleared(SigningKey key)
    {
        try
        {
            key.Sign("data"u8);
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private static async Task AdvanceAsync(Gateway gateway, TimeSpan time)
    {
        gateway.Time.Advance(time);
        await gateway.ActiveKeys.RefreshAsync(Token);
    }

    private Task<Gateway> PrepareAsync(params string[] tenants) => Gateway.PrepareAsync(_folder, tenants);
}
