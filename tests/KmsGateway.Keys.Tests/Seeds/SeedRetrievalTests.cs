using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Rotation;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Tests.Support;

namespace KmsGateway.Keys.Tests.Seeds;

public sealed class SeedRetrievalTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task GetEncryptionKeyAsync_Tenant_HasASeedOfItsOwnWhoseKidIsItsId()
    {
        using var gateway = await PrepareAsync();

        using var acme = (await gateway.GetSeedAsync("acme")).Lease!;
        using var globex = (await gateway.GetSeedAsync("globex")).Lease!;

        Assert.Equal(("acme", "acme", acme.Kid), (acme.Tenant, acme.Seed.Tenant, acme.Seed.Kid));
        Assert.NotEqual(acme.Kid, globex.Kid);
        Assert.Equal(gateway.Query<string>("SELECT replace(id, '-', '') FROM tenant_key WHERE tenant_id = 'acme' AND purpose = 'encryption'"), acme.Kid);
        Assert.NotEqual(gateway.Kms.Secrets.ToArray()[^2], gateway.Kms.Secrets.ToArray()[^1]);
        Assert.Equal(KeyFailure.UnknownTenant, (await gateway.GetSeedAsync("initech")).Failure);
    }

    [Fact]
    public async Task GetEncryptionKeyAsync_Cached_CompletesAtOnceAndAllocatesLittle()
    {
        using var gateway = await PrepareAsync();
        await gateway.SeedKidAsync("acme");
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
    public async Task GetEncryptionKeyAsync_HundredCallersOfBothKinds_AskTheKmsOnce()
    {
        using var gateway = await PrepareAsync();
        var kid = gateway.ActiveKeys.CurrentSeeds.Single(seed => seed.Tenant == "acme").Kid;
        var gate = new TaskCompletionSource();
        gateway.Kms.Gate = gate.Task;
        var before = gateway.Kms.Unwraps(KeyPurpose.Encryption);

        var callers = Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? gateway.GetSeedAsync("acme") : gateway.GetSeedOfAsync(kid)).ToList();
        gate.SetResult();
        var results = await Task.WhenAll(callers);

        Assert.Equal(1, gateway.Kms.Unwraps(KeyPurpose.Encryption) - before);
        Assert.Single(results.Select(result => result.Lease!.Seed).Distinct());
    }

    // What is encrypted under a seed that was replaced may be lost in the next moment.
    [Fact]
    public async Task GetEncryptionKeyAsync_ReplacedWhileItIsUnwrapped_IsNotGivenOut()
    {
        using var gateway = await PrepareAsync();
        var old = gateway.ActiveKeys.CurrentSeeds.Single(seed => seed.Tenant == "acme").Kid;
        gateway.AfterNext(nameof(IKeyStore.FindKeyAsync), async () =>
        {
            await gateway.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Encryption, "test", Token);
            await gateway.ActiveKeys.RefreshAsync(Token);
        });

        Assert.Equal(KeyFailure.Unavailable, (await gateway.GetSeedAsync("acme")).Failure);
        Assert.NotEqual(old, await gateway.SeedKidAsync("acme"));
        (await gateway.GetSeedOfAsync(old)).Lease!.Dispose();
    }

    [Fact]
    public async Task GetDecryptionKeyAsync_VersionsOfATenantThatIsServedNoMore_AreFoundWithTheirTenant()
    {
        string old;
        string current;
        using (var gateway = await PrepareAsync())
        {
            old = await gateway.RotateSeedAsync("acme");
            current = await gateway.SeedKidAsync("acme");
        }

        using var later = await Gateway.PrepareAsync(_folder, ["globex"]);
        Assert.Equal(KeyFailure.UnknownTenant, (await later.GetSeedAsync("acme")).Failure);
        foreach (var kid in new[] { old, current })
        {
            using var lease = (await later.GetSeedOfAsync(kid)).Lease!;
            Assert.Equal(("acme", kid), (lease.Tenant, lease.Kid));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("019586d01c0070008000000000000000")]
    [InlineData("019586D01C0070008000000000000000")]
    [InlineData("019586d0-1c00-7000-8000-000000000000")]
    [InlineData("no kid at all, and a long one too")]
    public async Task GetDecryptionKeyAsync_KidThatNoSeedHas_IsNoKeyAndNoCall(string kid)
    {
        using var gateway = await PrepareAsync();
        var before = gateway.Kms.Unwraps(KeyPurpose.Encryption);

        Assert.Equal(KeyFailure.NoKey, (await gateway.GetSeedOfAsync(kid)).Failure);
        Assert.Equal(before, gateway.Kms.Unwraps(KeyPurpose.Encryption));
    }

    [Fact]
    public async Task GetDecryptionKeyAsync_IdOfASigningKey_IsNoKey()
    {
        using var gateway = await PrepareAsync();
        gateway.Tamper("UPDATE tenant_key SET kid = replace(id, '-', '') WHERE purpose = 'signing'");
        var kid = gateway.Query<string>("SELECT kid FROM tenant_key WHERE purpose = 'signing' AND tenant_id = 'acme'");

        Assert.Equal(KeyFailure.NoKey, (await gateway.GetSeedOfAsync(kid)).Failure);
    }

    // What somebody can do who writes to the database: none of it gives a tenant another one's seed.
    [Theory]
    [InlineData("UPDATE key_wrap SET blob = (SELECT blob FROM key_wrap WHERE key_id = @globex) WHERE key_id = @acme")]
    [InlineData("UPDATE key_wrap SET key_id = 'x' WHERE key_id = @acme; UPDATE key_wrap SET key_id = @acme WHERE key_id = @globex; UPDATE key_wrap SET key_id = @globex WHERE key_id = 'x'")]
    [InlineData("UPDATE tenant_key SET status = 'retired', tenant_id = 'gone', version = 9 WHERE id = @acme; UPDATE tenant_key SET tenant_id = 'acme', version = 9 WHERE id = @globex")]
    [InlineData("UPDATE tenant_key SET id = 'x' WHERE id = @acme; UPDATE tenant_key SET id = @acme, kid = @kid, tenant_id = 'acme', version = 9, status = 'active' WHERE id = @globex; DELETE FROM tenant_key WHERE id = 'x'; DELETE FROM key_wrap WHERE key_id = @acme; UPDATE key_wrap SET key_id = @acme WHERE key_id = @globex")]
    public async Task GetEncryptionKeyAsync_RowsOrWrapsOfAnotherTenant_DoNotUnwrap(string sql)
    {
        using var gateway = await PrepareAsync();
        var acme = gateway.ActiveKeys.CurrentSeeds.Single(seed => seed.Tenant == "acme");
        var globex = gateway.ActiveKeys.CurrentSeeds.Single(seed => seed.Tenant == "globex");
        gateway.Tamper("DROP INDEX tenant_key_active");
        foreach (var statement in sql.Split(';'))
        {
            gateway.Tamper(statement, new { acme = acme.Id.ToString("D"), globex = globex.Id.ToString("D"), kid = acme.Kid + "2" });
        }

        await gateway.ActiveKeys.RefreshAsync(Token);

        Assert.Equal(KeyFailure.Denied, (await gateway.GetSeedAsync("acme")).Failure);
    }

    // The row is given away after its seed came into the cache.
    [Fact]
    public async Task GetEncryptionKeyAsync_CachedSeedOfAnotherTenant_IsDenied()
    {
        using var gateway = await PrepareAsync();
        await gateway.SeedKidAsync("globex");
        gateway.Tamper("UPDATE tenant_key SET status = 'retired' WHERE tenant_id = 'acme' AND purpose = 'encryption'");
        gateway.Tamper("UPDATE tenant_key SET tenant_id = 'acme', version = 9 WHERE tenant_id = 'globex' AND purpose = 'encryption'");
        await gateway.ActiveKeys.RefreshAsync(Token);

        Assert.Equal(KeyFailure.Denied, (await gateway.GetSeedAsync("acme")).Failure);
    }

    [Fact]
    public async Task GetDecryptionKeyAsync_RowGivenToAnotherTenant_DoesNotUnwrap()
    {
        using var gateway = await PrepareAsync();
        var kid = gateway.ActiveKeys.CurrentSeeds.Single(seed => seed.Tenant == "acme").Kid;
        gateway.Tamper("UPDATE tenant_key SET tenant_id = 'globex', version = 9, status = 'retired' WHERE kid = @kid", new { kid });

        Assert.Equal(KeyFailure.Denied, (await gateway.GetSeedOfAsync(kid)).Failure);
    }

    [Fact]
    public async Task KmsOut_CachedSeedsStayUntilTheirTimeIsOver()
    {
        using var gateway = await PrepareAsync();
        var kid = await gateway.SeedKidAsync("acme");
        gateway.Kms.Failure = new KmsException(KmsFailure.Misconfigured, "out");

        await AfterAsync(gateway, 59);
        (await gateway.GetSeedAsync("acme")).Lease!.Dispose();
        (await gateway.GetSeedOfAsync(kid)).Lease!.Dispose();
        Assert.Equal(KeyFailure.Unavailable, (await gateway.GetSeedAsync("globex")).Failure);

        await AfterAsync(gateway, 1);
        Assert.Equal(KeyFailure.Unavailable, (await gateway.GetSeedAsync("acme")).Failure);
        Assert.Equal(0, gateway.Seeds.Count);
    }

    [Fact]
    public async Task KmsRefuses_SeedInUse_IsDroppedAtItsNextRefresh()
    {
        using var gateway = await PrepareAsync();
        await gateway.SeedKidAsync("acme");
        await gateway.SeedKidAsync("acme");
        gateway.Kms.Failure = new KmsException(KmsFailure.Disabled, "no");

        await AfterAsync(gateway, 55);

        Assert.Equal(0, gateway.Seeds.Count);
        Assert.Equal(KeyFailure.Denied, (await gateway.GetSeedAsync("acme")).Failure);
    }

    [Fact]
    public async Task RefreshDueAsync_SeedInUse_IsUnwrappedAnew()
    {
        using var gateway = await PrepareAsync();
        await gateway.SeedKidAsync("acme");
        using var before = (await gateway.GetSeedAsync("acme")).Lease!;

        await AfterAsync(gateway, 55);

        using var after = (await gateway.GetSeedAsync("acme")).Lease!;
        Assert.NotSame(before.Seed, after.Seed);
        Assert.Equal(before.Kid, after.Kid);
    }

    // What was withdrawn since is not known: nothing is encrypted, and nothing decrypted either.
    [Fact]
    public async Task StoreOutForAMinute_CachedSeeds_AreUnavailable()
    {
        using var gateway = await PrepareAsync();
        var kid = await gateway.SeedKidAsync("acme");

        gateway.Time.Advance(ActiveKeys.MaxAge + TimeSpan.FromSeconds(1));

        Assert.Equal(KeyFailure.Unavailable, (await gateway.GetSeedAsync("acme")).Failure);
        Assert.Equal(KeyFailure.Unavailable, (await gateway.GetSeedOfAsync(kid)).Failure);
    }

    [Fact]
    public async Task WarmUp_TenantsThatEncrypt_HaveTheirSeedInMemory()
    {
        using var gateway = await Gateway.PrepareAsync(
            _folder, ["acme", "globex"], encrypts: tenant => tenant == "acme");

        await gateway.Get<WarmUp>().RunAsync(Token);

        Assert.Equal((2, 1), (gateway.Cache.Count, gateway.Seeds.Count));
    }

    [Fact]
    public async Task Lease_Disposed_GivesNothing()
    {
        using var gateway = await PrepareAsync();
        var lease = (await gateway.GetSeedAsync("acme")).Lease!;

        lease.Dispose();
        lease.Dispose();

        Assert.Throws<ObjectDisposedException>(() => lease.Seed);
        (await gateway.GetSeedAsync("acme")).Lease!.Dispose();
    }

    private static void GetAndReturn(TenantKeys keys)
    {
        var pending = keys.GetEncryptionKeyAsync("acme", CancellationToken.None);
        if (pending.IsCompletedSuccessfully)
        {
            pending.Result.Lease!.Dispose();
        }
        else
        {
            Assert.Fail("A cached seed must be there at once.");
        }
    }

    private static async Task AfterAsync(Gateway gateway, int minutes)
    {
        gateway.Time.Advance(TimeSpan.FromMinutes(minutes));
        await gateway.ActiveKeys.RefreshAsync(Token);
        gateway.Seeds.Trim();
        await gateway.GetHosted<RefreshAhead<CachedSeed>>().RefreshDueAsync(Token);
    }

    private Task<Gateway> PrepareAsync() =>
        Gateway.PrepareAsync(_folder, ["acme", "globex"], encrypts: _ => true);
}
