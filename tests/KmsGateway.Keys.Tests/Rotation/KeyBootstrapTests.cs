using KmsGateway.Cryptography;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Rotation;
using KmsGateway.Keys.Tests.Support;

namespace KmsGateway.Keys.Tests.Rotation;

public sealed class KeyBootstrapTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Gateway.Algorithms), MemberType = typeof(Gateway))]
    public async Task StartingAsync_NewInstallation_MakesAWorkingKeyForEachTenant(string algorithm)
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme", "globex"], algorithm: algorithm);

        foreach (var tenant in new[] { "acme", "globex" })
        {
            using var lease = (await gateway.GetAsync(tenant)).Lease!;
            var signature = lease.Key.Sign("data"u8);

            Assert.Equal(tenant, lease.Tenant);
            Assert.Equal(algorithm, lease.Key.Algorithm);
            Assert.Equal(KeyStatus.Active, lease.TrustedKey.Status);
            Assert.True(lease.TrustedKey.Key.Verify("data"u8, signature));
        }

        Assert.Equal(4, gateway.Query<long>("SELECT count(*) FROM key_event"));
        Assert.Equal(algorithm, gateway.Query<string>("SELECT DISTINCT alg FROM tenant_key"));
        Assert.Equal(algorithm, TrustFile.Parse(gateway.Trust.TrustFileJson).Chain.Root.Algorithm);
    }

    [Theory]
    [MemberData(nameof(Gateway.Algorithms), MemberType = typeof(Gateway))]
    public async Task StartingAsync_Restart_KeepsKeysAndRoot(string algorithm)
    {
        string kid;
        using (var first = await Gateway.PrepareAsync(_folder, ["acme"], algorithm: algorithm))
        {
            kid = await first.KidAsync("acme");
        }

        using var second = await Gateway.PrepareAsync(_folder, ["acme", "globex"], algorithm: algorithm);

        Assert.Equal(kid, await second.KidAsync("acme"));
        Assert.NotEqual(kid, await second.KidAsync("globex"));
        Assert.Equal(0, second.Log.Count(1001));
        Assert.Equal(1, second.Log.Count(1004));
    }

    [Fact]
    public async Task StartingAsync_TwoGatewaysOnOneFile_AgreeOnEverything()
    {
        string[] tenants = [.. Enumerable.Range(0, 12).Select(i => $"tenant-{i}")];
        using var first = new Gateway(_folder, Gateway.NewTime(), tenants);
        using var second = new Gateway(_folder, Gateway.NewTime(), tenants);

        await Task.WhenAll(Task.Run(first.PrepareAsync, Token), Task.Run(second.PrepareAsync, Token));

        // Whoever was ready first learns of the rest at the next refresh.
        await first.ActiveKeys.RefreshAsync(Token);
        await second.ActiveKeys.RefreshAsync(Token);
        await first.Trust.RenewAsync(Token);
        await second.Trust.RenewAsync(Token);
        foreach (var tenant in tenants)
        {
            Assert.Equal(await first.KidAsync(tenant), await second.KidAsync(tenant));
        }

        var chain = TrustFile.Parse(first.Trust.TrustFileJson).Chain;
        Assert.Equal(tenants.Length * 2, chain.Entries.Count);
        Assert.Equal(chain.Entries, TrustFile.Parse(second.Trust.TrustFileJson).Chain.Entries);
        Assert.Equal(tenants.Length, first.Query<long>("SELECT count(*) FROM tenant_key"));
        Assert.Equal(1, first.Query<long>("SELECT count(*) FROM trust_root"));
        Assert.Equal(1, first.Query<long>("SELECT count(*) FROM canary"));
    }

    [Theory]
    [InlineData("DROP TRIGGER key_event_no_update; UPDATE key_event SET jws = replace(jws, '.', '.A') WHERE n = 2")]
    [InlineData("DROP TRIGGER key_event_no_delete; DELETE FROM key_event WHERE n = 1")]
    [InlineData("DROP TRIGGER key_event_no_update; UPDATE key_event SET n = -n; UPDATE key_event SET n = 5 + n")]
    public async Task StartingAsync_BrokenChain_StopsTheStart(string sql)
    {
        using (var first = await Gateway.PrepareAsync(_folder, ["acme", "globex"]))
        {
            first.Tamper(sql);
        }

        var exception = await Assert.ThrowsAsync<KeyStartException>(() => Gateway.PrepareAsync(_folder, ["acme", "globex"]));

        Assert.Contains("trust chain in the key store is broken", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartingAsync_RootReplaced_StopsTheStart()
    {
        using var mine = SigningKey.FromSeed(new byte[32]);
        using (var first = await Gateway.PrepareAsync(_folder, ["acme"]))
        {
            first.Tamper(
                "DROP TRIGGER key_event_no_delete; DELETE FROM key_event; UPDATE trust_root SET kid = @Kid, public_key = @Bytes",
                new { mine.Kid, Bytes = mine.PublicKey.Bytes.ToArray() });
        }

        var exception = await Assert.ThrowsAsync<KeyStartException>(() => Gateway.PrepareAsync(_folder, ["acme"]));

        Assert.Contains("is not the one that the KMS has", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EdDSA", "ES256")]
    [InlineData("ES256", "EdDSA")]
    public async Task StartingAsync_StoreOfTheOtherAlgorithm_SaysWhatToDoAndChangesNothing(string stored, string wanted)
    {
        string kid;
        using (var first = await Gateway.PrepareAsync(_folder, ["acme"], algorithm: stored))
        {
            kid = await first.KidAsync("acme");
        }

        var exception = await Assert.ThrowsAsync<KeyStartException>(
            () => Gateway.PrepareAsync(_folder, ["acme", "globex"], algorithm: wanted));

        Assert.StartsWith(
            $"Signing:Algorithm is '{wanted}', but the keys of this key store are for '{stored}'. Set it to '{stored}', or start a new",
            exception.Message,
            StringComparison.Ordinal);
        Assert.Contains("keep the trust file", exception.Message, StringComparison.Ordinal);
        using var again = await Gateway.PrepareAsync(_folder, ["acme"], algorithm: stored);
        Assert.Equal(kid, await again.KidAsync("acme"));
        Assert.Equal(1, again.Query<long>("SELECT count(*) FROM tenant_key"));
    }

    [Fact]
    public async Task StartingAsync_TwoGatewaysOfBothAlgorithmsOnOneNewStore_OneStarts()
    {
        using var first = new Gateway(_folder, Gateway.NewTime(), ["acme"], settings: new() { ["Signing:Algorithm"] = "EdDSA" });
        using var second = new Gateway(_folder, Gateway.NewTime(), ["acme"], settings: new() { ["Signing:Algorithm"] = "ES256" });

        var starts = new[] { Task.Run(first.PrepareAsync, Token), Task.Run(second.PrepareAsync, Token) };
        var failure = await Assert.ThrowsAsync<KeyStartException>(() => Task.WhenAll(starts));

        Assert.Equal(1, starts.Count(start => start.IsCompletedSuccessfully));
        Assert.StartsWith("Signing:Algorithm is ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartingAsync_MasterKeyFileLost_StopsTheStartAndMakesNoNewOne()
    {
        using (await Gateway.PrepareAsync(_folder, ["acme"]))
        {
            File.Delete(_folder.File("kms", "master.key"));
        }

        using var gateway = new Gateway(_folder, Gateway.NewTime(), ["acme", "globex"]);
        var exception = await Assert.ThrowsAsync<KeyStartException>(() => gateway.PassTimeAsync(gateway.PrepareAsync()));

        Assert.Contains("KMS provider 'local' (unavailable): The master key file 'master.key' is missing", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("kms", "master.key")));
    }

    [Fact]
    public async Task StartingAsync_DatabaseIsAFolder_SaysWhichSetting()
    {
        Directory.CreateDirectory(_folder.File("kmsgateway.db"));

        var exception = await Assert.ThrowsAsync<KeyStartException>(() => Gateway.PrepareAsync(_folder, ["acme"]));

        Assert.Contains("KeyStore:ConnectionString", exception.Message, StringComparison.Ordinal);
    }

    // What does not work is not published; what could not be tried waits for who can.
    [Theory]
    [InlineData(nameof(KmsFailure.InvalidCiphertext), "failed", 1006)]
    [InlineData(nameof(KmsFailure.Denied), "pending", 1007)]
    public async Task RunAsync_SelfTestFails_NobodyReliesOnTheKey(string failure, string status, int message)
    {
        using var gateway = new Gateway(_folder, Gateway.NewTime(), []);
        await gateway.PrepareAsync();
        gateway.Kms.Failure = new KmsException(Enum.Parse<KmsFailure>(failure), "no");

        Assert.False(await gateway.Get<KeyRotation>().RunAsync("acme", KeyPurpose.Signing, Token));

        Assert.Equal(status, gateway.Query<string>("SELECT status FROM tenant_key"));
        Assert.Equal(0, gateway.Query<long>("SELECT count(*) FROM key_event"));
        Assert.Equal(status == "failed" ? 0 : 1, gateway.Query<long>("SELECT count(*) FROM key_wrap"));
        Assert.Equal(1, gateway.Log.Count(message));
    }
}
