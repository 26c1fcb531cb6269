using System.Text.Json;
using KmsGateway.Keys.Audit;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Recovery;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Stores.Sql;
using KmsGateway.Testing;

namespace KmsGateway.Keys.Tests.Stores;

/// <summary>What every key store does. Its subclasses bring the database.</summary>
public abstract class KeyStoreContract : IAsyncLifetime
{
    private protected static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private protected SqlKeyStore Store { get; private set; } = null!;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        Store = await NewStoreAsync();
        await Store.OpenAsync(Token);
    }

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task OpenAsync_ManyAtOnce_AllSeeOneStore()
    {
        var stores = new List<SqlKeyStore>();
        for (var i = 0; i < 6; i++)
        {
            stores.Add(await NewStoreAsync());
        }

        await Task.WhenAll(stores.Select(store => store.OpenAsync(Token)));

        Assert.Equal([Store.Id], stores.Select(store => store.Id).Distinct());
    }

    [Fact]
    public async Task AddRootAsync_SecondRoot_GivesTheFirst()
    {
        var first = new StoredRoot(Guid.NewGuid(), "first", [1], [Wrap(1, "a"), Wrap(2, "b")], Now);

        await Store.AddRootAsync(first, Token);
        var stored = await Store.AddRootAsync(new StoredRoot(Guid.NewGuid(), "second", [2], [Wrap(2)], Now), Token);

        Assert.Equivalent(first, stored, strict: true);
        Assert.Equivalent(first, await Store.FindRootAsync(Token), strict: true);
    }

    [Fact]
    public async Task AddCanaryAsync_SecondCanary_GivesTheFirst()
    {
        var first = new StoredCanary(Guid.NewGuid(), [Wrap(1, "a"), Wrap(2, "b")], Now);

        await Store.AddCanaryAsync(first, Token);

        Assert.Equivalent(first, await Store.AddCanaryAsync(new StoredCanary(Guid.NewGuid(), [Wrap(2)], Now), Token), strict: true);
    }

    [Fact]
    public async Task AddPendingKeyAsync_New_IsFoundWithItsWraps()
    {
        var key = Key("acme", "kid-1");

        Assert.True(await Store.AddPendingKeyAsync(key, Token));

        Assert.Equivalent(key.Version, Assert.Single(await Store.ReadKeysAsync("acme", Token)), strict: true);
        Assert.Equivalent(key.Wraps, await Store.ReadWrapsAsync(key.Version.Id, Token), strict: true);
        Assert.Empty(await Store.ReadActiveKeysAsync(Token));
        Assert.Empty(await Store.ReadKeysAsync("globex", Token));
    }

    [Fact]
    public async Task AddPendingKeyAsync_TenantHasOneAlready_ChangesNothing()
    {
        await Store.AddPendingKeyAsync(Key("acme", "kid-1"), Token);

        Assert.False(await Store.AddPendingKeyAsync(Key("acme", "kid-2"), Token));

        Assert.Equal("kid-1", Assert.Single(await Store.ReadKeysAsync(tenant: null, Token)).Kid);
    }

    [Fact]
    public async Task AddPendingKeyAsync_TwentyAtOnce_OneWins()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Store.AddPendingKeyAsync(Key("acme", $"kid-{i}"), Token)));

        Assert.Single(added, isIn => isIn);
        Assert.Single(await Store.ReadKeysAsync("acme", Token));
    }

    [Fact]
    public async Task ApplyAsync_PublishAndActivate_IsInRowsAndChain()
    {
        var key = await AddActiveAsync("acme", "kid-1", first: 1);

        Assert.Equal([new ActiveKeyRow("acme", KeyPurpose.Signing, key.Id, "kid-1", Now)], await Store.ReadActiveKeysAsync(Token));
        Assert.Equal(Now, Assert.Single(await Store.ReadKeysAsync("acme", Token)).ActivatedAt);
        Assert.Equal([Event(1), Event(2)], await Store.ReadChainAsync(after: 0, Token));
        Assert.Equal([Event(2)], await Store.ReadChainAsync(after: 1, Token));
    }

    [Fact]
    public async Task ApplyAsync_Successor_TakesOver()
    {
        var old = await AddActiveAsync("acme", "kid-1", first: 1);
        var next = Key("acme", "kid-2");
        await Store.AddPendingKeyAsync(next, Token);

        var outcome = await Store.ApplyAsync(
            new KeyTransition(
                [new KeyStep(next.Version.Id, KeyStage.Pending, KeyStage.Active), new KeyStep(old.Id, KeyStage.Active, KeyStage.Retired)],
                [Event(3), Event(4)],
                Now.AddDays(1)),
            Token);

        Assert.Equal(TransitionOutcome.Done, outcome);
        Assert.Equal("kid-2", Assert.Single(await Store.ReadActiveKeysAsync(Token)).Kid);
        Assert.Equal(
            [(KeyStage.Retired, Now.AddDays(1)), (KeyStage.Active, null)],
            (await Store.ReadKeysAsync("acme", Token)).Select(key => (key.Stage, key.DeactivatedAt)));
    }

    [Fact]
    public async Task ApplyAsync_ChainMoved_ChangesNothing()
    {
        await AddActiveAsync("acme", "kid-1", first: 1);
        var key = Key("globex", "kid-2");
        await Store.AddPendingKeyAsync(key, Token);

        Assert.Equal(TransitionOutcome.ChainMoved, await Store.ApplyAsync(Activation(key.Version.Id, first: 2), Token));

        Assert.Single(await Store.ReadActiveKeysAsync(Token));
        Assert.Equal(2, (await Store.ReadChainAsync(after: 0, Token)).Count);
    }

    [Fact]
    public async Task ApplyAsync_KeyMoved_ChangesNothing()
    {
        var key = await AddActiveAsync("acme", "kid-1", first: 1);

        Assert.Equal(TransitionOutcome.KeyMoved, await Store.ApplyAsync(Activation(key.Id, first: 3), Token));

        Assert.Equal(2, (await Store.ReadChainAsync(after: 0, Token)).Count);
    }

    [Fact]
    public async Task ApplyAsync_TwentyAtOnce_OneWins()
    {
        var key = Key("acme", "kid-1");
        await Store.AddPendingKeyAsync(key, Token);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.ApplyAsync(Activation(key.Version.Id, first: 1), Token)));

        Assert.Single(outcomes, outcome => outcome == TransitionOutcome.Done);
        Assert.Equal(19, outcomes.Count(outcome => outcome == TransitionOutcome.ChainMoved));
    }

    [Fact]
    public async Task ApplyAsync_SecondActiveKey_IsImpossibleWhateverIsAsked()
    {
        await AddActiveAsync("acme", "kid-1", first: 1);
        var second = Key("acme", "kid-2");
        await Store.AddPendingKeyAsync(second, Token);

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Store.ApplyAsync(Activation(second.Version.Id, first: 3), Token));

        Assert.Equal("kid-1", Assert.Single(await Store.ReadActiveKeysAsync(Token)).Kid);
        Assert.Equal(2, (await Store.ReadChainAsync(after: 0, Token)).Count);
    }

    [Fact]
    public async Task MarkTested_MarkFailed_SetActivation_ConcernNewKeysOnly()
    {
        var active = await AddActiveAsync("acme", "kid-1", first: 1);
        var next = Key("acme", "kid-2");
        await Store.AddPendingKeyAsync(next, Token);
        foreach (var id in new[] { active.Id, next.Version.Id })
        {
            await Store.MarkTestedAsync(id, Now.AddHours(1), Token);
            await Store.SetActivationAsync(id, Now.AddHours(2), Token);
            Assert.Equal(id == next.Version.Id, await Store.MarkFailedAsync(id, "no", Token));
        }

        var keys = await Store.ReadKeysAsync("acme", Token);
        Assert.Equal([KeyStage.Active, KeyStage.Failed], keys.Select(key => key.Stage));
        Assert.Equal([null, Now.AddHours(1)], keys.Select(key => key.TestedAt));
        Assert.Equal([Now, Now.AddHours(2)], keys.Select(key => key.ActivateAt));
        Assert.NotEmpty(await Store.ReadWrapsAsync(active.Id, Token));
        Assert.Empty(await Store.ReadWrapsAsync(next.Version.Id, Token));
    }

    [Fact]
    public async Task DestroyWrapsAsync_Key_StaysWithoutItsPrivatePart()
    {
        var key = await AddActiveAsync("acme", "kid-1", first: 1);

        await Store.DestroyWrapsAsync(key.Id, Now.AddDays(7), Token);

        Assert.Empty(await Store.ReadWrapsAsync(key.Id, Token));
        Assert.Equal(Now.AddDays(7), Assert.Single(await Store.ReadKeysAsync("acme", Token)).DestroyedAt);
    }

    [Fact]
    public async Task TryClaimAsync_ClaimOfAnother_HoldsUntilItsTimeOrItsRelease()
    {
        Assert.True(await ClaimAsync("a", Now));
        Assert.False(await ClaimAsync("b", Now.AddSeconds(59)));
        Assert.True(await ClaimAsync("a", Now.AddSeconds(59)));
        Assert.True(await ClaimAsync("b", Now.AddSeconds(120)));
        await Store.ReleaseAsync("acme", "a", Token);
        Assert.False(await ClaimAsync("a", Now.AddSeconds(121)));
        await Store.ReleaseAsync("acme", "b", Token);
        Assert.True(await ClaimAsync("a", Now.AddSeconds(121)));
    }

    [Fact]
    public async Task TryClaimAsync_TwentyAtOnce_OneWins()
    {
        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => ClaimAsync($"owner-{i}", Now)));

        Assert.Single(claims, won => won);
    }

    [Fact]
    public async Task Tenants_AddedAndRemoved_AreToldApartFromThoseWithKeysOnly()
    {
        await Store.AddPendingKeyAsync(Key("acme", "kid-1"), Token);
        await Store.AddTenantAsync("globex", Now, Token);

        Assert.Equal(
            [new StoredTenant("acme", Now, AddedByApi: false, null), new StoredTenant("globex", Now, AddedByApi: true, null)],
            await Store.ReadTenantsAsync(Token));
        Assert.False(await Store.RemoveTenantAsync("acme", Now, Token));
        Assert.True(await Store.RemoveTenantAsync("globex", Now.AddDays(1), Token));
        Assert.False(await Store.RemoveTenantAsync("globex", Now.AddDays(2), Token));
        Assert.Equal(Now.AddDays(1), (await Store.ReadTenantsAsync(Token))[1].RemovedAt);
        await Store.AddTenantAsync("globex", Now, Token);
        Assert.Null((await Store.ReadTenantsAsync(Token))[1].RemovedAt);
    }

    [Fact]
    public async Task Replicas_SavedAgain_KeepTheNewestAndForgetTheOld()
    {
        await Store.SaveReplicaAsync(new StoredReplica("a", 1, Now), Token);
        await Store.SaveReplicaAsync(new StoredReplica("b", 7, Now), Token);
        await Store.SaveReplicaAsync(new StoredReplica("a", 5, Now.AddSeconds(15)), Token);

        Assert.Equal(
            [new StoredReplica("a", 5, Now.AddSeconds(15)), new StoredReplica("b", 7, Now)], await Store.ReadReplicasAsync(Token));
        await Store.RemoveReplicasAsync(Now.AddSeconds(1), Token);
        Assert.Equal("a", Assert.Single(await Store.ReadReplicasAsync(Token)).Id);
    }

    // Two parts of a gateway save it, and who looked first may be the last to write.
    [Fact]
    public async Task SaveReplicaAsync_WhatWasAppliedBefore_IsNotTakenBack()
    {
        await Store.SaveReplicaAsync(new StoredReplica("a", 5, Now), Token);
        await Store.SaveReplicaAsync(new StoredReplica("a", 4, Now.AddSeconds(1)), Token);

        Assert.Equal([new StoredReplica("a", 5, Now.AddSeconds(1))], await Store.ReadReplicasAsync(Token));
    }

    [Fact]
    public async Task SaveStatementAsync_OlderOrAboutLess_DoesNotReplace()
    {
        Assert.Null(await Store.FindStatementAsync(Token));
        var kept = new StoredStatement(4, "four", Now);
        await Store.SaveStatementAsync(kept, Token);
        await Store.SaveStatementAsync(new StoredStatement(4, "older", Now.AddSeconds(-1)), Token);
        await Store.SaveStatementAsync(new StoredStatement(3, "less", Now.AddSeconds(1)), Token);
        Assert.Equal(kept, await Store.FindStatementAsync(Token));

        var newer = new StoredStatement(4, "newer", Now.AddSeconds(1));
        await Store.SaveStatementAsync(newer, Token);
        Assert.Equal(newer, await Store.FindStatementAsync(Token));
    }

    [Fact]
    public async Task AddPoliciesAsync_SameNameAgain_KeepsTheFirst()
    {
        await Store.AddPoliciesAsync([new StoredPolicy("id", [1], Now)], Token);
        await Store.AddPoliciesAsync([new StoredPolicy("id", [2], Now), new StoredPolicy("other", [3], Now)], Token);

        Assert.Equal([1], await Store.FindPolicyAsync("id", Token));
        Assert.Equal([3], await Store.FindPolicyAsync("other", Token));
        Assert.Null(await Store.FindPolicyAsync("none", Token));
    }

    [Theory]
    [InlineData("DELETE FROM key_event")]
    [InlineData("UPDATE key_event SET jws = ''")]
    [InlineData("DELETE FROM policy")]
    [InlineData("UPDATE policy SET json = json")]
    [InlineData("INSERT INTO tenant_key (id, kid, tenant_id, purpose, alg, version, status, created_at) VALUES ('x', 'y', 'acme', 'signing', 'EdDSA', 2, 'active', 0)")]
    public async Task Schema_StatementThatBreaksARule_Fails(string sql)
    {
        await AddActiveAsync("acme", "kid-1", first: 1);
        await Store.AddPoliciesAsync([new StoredPolicy("id", [1], Now)], Token);

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => ExecuteAsync(sql));
    }

    // A gateway of the version before knows only what was there then.
    [Fact]
    public async Task Schema_RowsOfTheVersionBefore_AreRead()
    {
        await ExecuteAsync("INSERT INTO tenant (id, created_at) VALUES ('acme', 1772366400000)");
        await ExecuteAsync(
            """
            INSERT INTO tenant_key (id, kid, tenant_id, purpose, alg, version, status, public_key, created_at, activated_at)
            VALUES ('019caa00-0000-7000-8000-000000000001', 'kid-1', 'acme', 'signing', 'EdDSA', 1, 'active', NULL, 1772366400000, 1772366400000)
            """);

        var key = Assert.Single(await Store.ReadKeysAsync("acme", Token));
        Assert.Equal((KeyStage.Active, false, "", (DateTimeOffset?)Now), (key.Stage, key.MadeLocally, key.Reason, key.ActivatedAt));
        Assert.Equal([new StoredTenant("acme", Now, AddedByApi: false, null)], await Store.ReadTenantsAsync(Token));
    }

    [Fact]
    public async Task WaitForChangeAsync_ChangeThroughThisStore_EndsTheWait()
    {
        var seen = Store.Changes;
        var waiting = Store.WaitForChangeAsync(seen, TimeSpan.FromMinutes(5), Token);

        await AddActiveAsync("acme", "kid-1", first: 1);

        await waiting.WaitAsync(Patience.Limit, TimeProvider.System, Token);
        await Store.WaitForChangeAsync(seen, TimeSpan.FromMinutes(5), Token);
    }

    [Fact]
    public async Task GetTimeAsync_Now_IsNow()
    {
        var before = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var time = await Store.GetTimeAsync(Token);

        // PostgreSQL rounds, and so may be ahead by half a millisecond.
        Assert.InRange(time, before, TimeProvider.System.GetUtcNow().AddMilliseconds(1));
    }

    [Fact]
    public async Task AddImageAsync_EmptyStore_IsTheSameStoreElsewhere()
    {
        await FillAsync();
        var image = await Store.ReadImageAsync(Token);
        var other = await NewEmptyStoreAsync();
        await other.OpenAsync(Token);
        Assert.NotEqual(Store.Id, other.Id);

        await other.AddImageAsync(image, Token);

        Assert.Equal(Store.Id, other.Id);
        Assert.Equivalent(image, await other.ReadImageAsync(Token), strict: true);
    }

    [Fact]
    public async Task AddImageAsync_OlderStoreOfTheSameInstallation_CatchesUp()
    {
        await FillAsync();
        var before = await Store.ReadImageAsync(Token);
        var other = await NewEmptyStoreAsync();
        await other.OpenAsync(Token);
        await other.AddImageAsync(before, Token);
        var old = Assert.Single(before.Keys, key => key.Version.Purpose == KeyPurpose.Signing);
        var next = Key("acme", "kid-2");
        await Store.AddPendingKeyAsync(next, Token);
        await Store.ApplyAsync(
            new KeyTransition(
                [new KeyStep(old.Version.Id, KeyStage.Active, KeyStage.Retired), new KeyStep(next.Version.Id, KeyStage.Pending, KeyStage.Active)],
                [Event(3)],
                Now.AddDays(1)),
            Token);
        var after = await Store.ReadImageAsync(Token);

        await other.AddImageAsync(after, Token);
        Assert.Equivalent(after, await other.ReadImageAsync(Token), strict: true);

        // And not back again: the store has moved on.
        await Assert.ThrowsAsync<StoreImageException>(() => other.AddImageAsync(before, Token));
    }

    [Fact]
    public async Task AddPendingKeyAsync_SeedBesideAKey_IsFoundByItsKidAndPurpose()
    {
        await AddActiveAsync("acme", "kid-1", first: 1);
        var seed = Seed("acme");

        Assert.True(await Store.AddPendingKeyAsync(seed, Token));
        Assert.False(await Store.AddPendingKeyAsync(Seed("acme"), Token));

        Assert.Equivalent(seed.Version, await Store.FindKeyAsync(seed.Version.Kid, Token), strict: true);
        Assert.Null(await Store.FindKeyAsync("unknown", Token));
        Assert.Equal(TransitionOutcome.Done, await Store.ApplyAsync(ActivationOf(seed), Token));
        Assert.Equal(TransitionOutcome.KeyMoved, await Store.ApplyAsync(ActivationOf(seed), Token));
        Assert.Equal(
            [(KeyPurpose.Encryption, seed.Version.Kid), (KeyPurpose.Signing, "kid-1")],
            (await Store.ReadActiveKeysAsync(Token)).Select(row => (row.Purpose, row.Kid)).Order());
        Assert.Equal(2, (await Store.ReadChainAsync(after: 0, Token)).Count);
    }

    [Fact]
    public async Task ShredAsync_Seed_IsDestroyedAndWrittenDownOnce()
    {
        var seed = await AddActiveSeedAsync("acme");
        var changes = Store.Changes;

        Assert.Null(await Store.ShredAsync(seed with { Stage = KeyStage.Retired }, Entry("moved"), Now, Token));
        Assert.Equal(1, await Store.ShredAsync(seed, Entry("shred"), Now.AddDays(1), Token));
        Assert.Null(await Store.ShredAsync(seed with { Stage = KeyStage.Retired }, Entry("twice"), Now, Token));

        await Store.WaitForChangeAsync(changes, TimeSpan.FromMinutes(5), Token);
        var row = (await Store.FindKeyAsync(seed.Kid, Token))!;
        Assert.Equal(
            (KeyStage.Retired, (DateTimeOffset?)Now.AddDays(1), (DateTimeOffset?)Now.AddDays(1)), (row.Stage, row.DestroyedAt, row.DeactivatedAt));
        Assert.Empty(await Store.ReadWrapsAsync(seed.Id, Token));
        Assert.Empty(await Store.ReadActiveKeysAsync(Token));
        Assert.Contains("shred", Assert.Single(await Store.ReadAuditAsync(first: 1, limit: 10, Token)).Entry, StringComparison.Ordinal);
        Assert.Equal([seed.Kid], await Store.FindDestroyedAsync([seed.Kid, "unknown"], Token));
        Assert.Empty(await Store.FindDestroyedAsync([], Token));
    }

    [Theory]
    [InlineData("UPDATE audit_event SET entry = 'x'")]
    [InlineData("DELETE FROM audit_event")]
    public async Task AuditEvents_ChangedByAnybody_AreRefused(string sql)
    {
        await Store.AppendAuditAsync(Entry("first"), Now, Token);

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => ExecuteAsync(sql));
    }

    // Between the image and now a seed was replaced and the old one shredded. The image must undo neither.
    [Fact]
    public async Task AddImageAsync_OlderThanTheSeedsOfTheStore_LeavesThemAsTheyAre()
    {
        await FillAsync();
        var before = await Store.ReadImageAsync(Token);
        var old = before.Keys.Single(key => key.Version.Purpose == KeyPurpose.Encryption).Version;
        var next = Seed("acme");
        await Store.AddPendingKeyAsync(next, Token);
        await Store.ApplyAsync(
            new KeyTransition(
                [new KeyStep(old.Id, KeyStage.Active, KeyStage.Retired), new KeyStep(next.Version.Id, KeyStage.Pending, KeyStage.Active)], [], Now.AddDays(1)),
            Token);
        await Store.ShredAsync(old with { Stage = KeyStage.Retired }, Entry("shred"), Now.AddDays(2), Token);
        var now = await Store.ReadImageAsync(Token);

        await Store.AddImageAsync(before, Token);

        Assert.Equivalent(now, await Store.ReadImageAsync(Token), strict: true);
        Assert.Empty(await Store.ReadWrapsAsync(old.Id, Token));

        // The other way round it is caught up with.
        var other = await NewEmptyStoreAsync();
        await other.OpenAsync(Token);
        await other.AddImageAsync(before, Token);
        Assert.NotEmpty(await other.ReadWrapsAsync(old.Id, Token));
        await other.AddImageAsync(now, Token);
        Assert.Equivalent(now, await other.ReadImageAsync(Token), strict: true);
    }

    [Fact]
    public async Task AddImageAsync_AuditTrailsThatPart_AreRefused()
    {
        await FillAsync();
        var image = await Store.ReadImageAsync(Token);
        var other = await NewEmptyStoreAsync();
        await other.OpenAsync(Token);
        await other.AddImageAsync(image, Token);
        await other.AppendAuditAsync(Entry("there"), Now, Token);
        await Store.AppendAuditAsync(Entry("here"), Now, Token);

        await Assert.ThrowsAsync<StoreImageException>(async () => await other.AddImageAsync(await Store.ReadImageAsync(Token), Token));

        await other.AddImageAsync(image, Token);
        Assert.Equal(2, (await other.ReadAuditAsync(first: 1, limit: 10, Token)).Count);
    }

    // Documents of the version before know neither purposes nor the trail.
    [Fact]
    public async Task AddImageAsync_DocumentOfTheVersionBefore_IsTaken()
    {
        await FillAsync();
        var image = await Store.ReadImageAsync(Token);
        var signing = image with { Keys = [.. image.Keys.Where(key => key.Version.Purpose == KeyPurpose.Signing)], Audit = null };
        var json = JsonSerializer.SerializeToNode(signing, StoreDocument.Default.StoreImage)!.AsObject();
        json.Remove("audit");
        json["keys"]![0]!["version"]!.AsObject().Remove("purpose");
        var other = await NewEmptyStoreAsync();
        await other.OpenAsync(Token);

        await other.AddImageAsync(json.Deserialize(StoreDocument.Default.StoreImage)!, Token);

        var key = Assert.Single(await other.ReadKeysAsync("acme", Token));
        Assert.Equal((KeyPurpose.Signing, "kid-1"), (key.Purpose, key.Kid));
        Assert.Empty(await other.ReadAuditAsync(first: 1, limit: 10, Token));
    }

    [Fact]
    public async Task AddImageAsync_StoreOfAnotherInstallation_IsRefused()
    {
        await FillAsync();
        var image = await Store.ReadImageAsync(Token);
        var other = await NewEmptyStoreAsync();
        await other.OpenAsync(Token);
        await other.AddRootAsync(new StoredRoot(Guid.NewGuid(), "theirs", [2], [Wrap(2)], Now), Token);

        var refused = await Assert.ThrowsAsync<StoreImageException>(() => other.AddImageAsync(image, Token));
        Assert.Contains("another installation", refused.Message, StringComparison.Ordinal);
    }

    private protected static StoredEvent Event(long n) => new(n, $"jws-{n}", "test", "first key", Now);

    private protected static KeyWrap Wrap(byte value, string region = "") =>
        new() { Provider = "local", Region = region, KeyReference = "ref", ContextVersion = 1, Blob = [value] };

    private protected static StoredKey Seed(string tenant)
    {
        var key = Key(tenant, "");
        var (kid, algorithm) = (SeedId.KidOf(key.Version.Id), EncryptionContext.SeedAlgorithm);
        return key with { Version = key.Version with { Kid = kid, Purpose = KeyPurpose.Encryption, Algorithm = algorithm, PublicKey = [] } };
    }

    private protected static StoredKey Key(string tenant, string kid) => new(
        new KeyVersion
        {
            Id = Guid.CreateVersion7(),
            Kid = kid,
            Tenant = tenant,
            Algorithm = "EdDSA",
            PublicKey = [1, 2, 3],
            Stage = KeyStage.Pending,
            MadeLocally = true,
            Reason = "test",
            CreatedAt = Now,
            ActivateAt = Now,
        },
        [Wrap(9, "a"), Wrap(8, "b")]);

    /// <summary>Another store on the same database.</summary>
    private protected abstract Task<SqlKeyStore> NewStoreAsync();

    /// <summary>A store on a database of its own.</summary>
    private protected abstract Task<SqlKeyStore> NewEmptyStoreAsync();

    /// <summary>A statement past the store.</summary>
    private protected abstract Task ExecuteAsync(string sql);

    private protected async Task<KeyVersion> AddActiveAsync(string tenant, string kid, long first)
    {
        var key = Key(tenant, kid);
        Assert.True(await Store.AddPendingKeyAsync(key, Token));
        Assert.Equal(TransitionOutcome.Done, await Store.ApplyAsync(Activation(key.Version.Id, first), Token));
        return key.Version;
    }

    private static KeyTransition Activation(Guid id, long first) =>
        new([new KeyStep(id, KeyStage.Pending, KeyStage.Active)], [Event(first), Event(first + 1)], Now);

    private Task<bool> ClaimAsync(string owner, DateTimeOffset now) => Store.TryClaimAsync("acme", owner, now, now.AddSeconds(60), Token);

    private async Task FillAsync()
    {
        await Store.AddRootAsync(new StoredRoot(Guid.NewGuid(), "root", [1], [Wrap(1, "a"), Wrap(2, "b")], Now), Token);
        await Store.AddCanaryAsync(new StoredCanary(Guid.NewGuid(), [Wrap(3, "a"), Wrap(4, "b")], Now), Token);
        await AddActiveAsync("acme", "kid-1", first: 1);
        await Store.AddTenantAsync("globex", Now, Token);
        await Store.RemoveTenantAsync("globex", Now.AddDays(1), Token);
        await Store.AddPoliciesAsync([new StoredPolicy("policy", [5], Now)], Token);
        await AddActiveSeedAsync("acme");
        await Store.AppendAuditAsync(Entry("first"), Now, Token);
    }

    private static AuditEntry Entry(string reason) => new("test", "actor", reason, ["acme"], ["kid"], 1);

    private async Task<KeyVersion> AddActiveSeedAsync(string tenant)
    {
        var seed = Seed(tenant);
        Assert.True(await Store.AddPendingKeyAsync(seed, Token));
        Assert.Equal(TransitionOutcome.Done, await Store.ApplyAsync(ActivationOf(seed), Token));
        return (await Store.FindKeyAsync(seed.Version.Kid, Token))!;
    }

    private static KeyTransition ActivationOf(StoredKey seed) => new([new KeyStep(seed.Version.Id, KeyStage.Pending, KeyStage.Active)], [], Now);
}
