using System.Data.Common;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Stores.Sqlite;
using KmsGateway.Keys.Tests.Support;
using Microsoft.Data.Sqlite;

namespace KmsGateway.Keys.Tests.Stores;

public sealed class SqliteKeyStoreTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly SqliteKeyStore _store;

    public SqliteKeyStoreTests()
    {
        _store = NewStore();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task OpenAsync_NoFile_MakesItForItsOwnerOnly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix file modes");
        await _store.OpenAsync(Token);
        await _store.AddCanaryAsync(new StoredCanary(Guid.NewGuid(), Wrap(1), Now), Token);

        var files = Directory.GetFiles(_folder.File("sub"));
        Assert.Contains(_folder.File("sub", "keys.db-wal"), files);
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(file)));
    }

    [Fact]
    public async Task OpenAsync_ManyAtOnce_AllSeeOneStore()
    {
        var stores = Enumerable.Range(0, 6).Select(_ => NewStore()).ToList();

        await Task.WhenAll(stores.Select(store => store.OpenAsync(Token)));

        Assert.Single(stores.Select(store => store.Id).Distinct());
        Assert.All(stores, store => store.Dispose());
    }

    [Fact]
    public async Task AddRootAsync_SecondRoot_GivesTheFirst()
    {
        await _store.OpenAsync(Token);
        var first = new StoredRoot(Guid.NewGuid(), "first", [1], Wrap(1), Now);

        await _store.AddRootAsync(first, Token);
        var stored = await _store.AddRootAsync(new StoredRoot(Guid.NewGuid(), "second", [2], Wrap(2), Now), Token);

        Assert.Equal((first.Id, "first", Now), (stored.Id, stored.Kid, stored.CreatedAt));
        Assert.Equal(first.Wrap.Blob, stored.Wrap.Blob);
    }

    [Fact]
    public async Task AddActiveKeyAsync_New_IsFoundWithItsEntries()
    {
        await _store.OpenAsync(Token);
        var key = Key("acme", "kid-1");

        Assert.Equal(AddKeyOutcome.Added, await _store.AddActiveKeyAsync(key, [Event(1), Event(2)], Token));

        var found = await _store.FindKeyAsync(key.Id, Token);
        Assert.NotNull(found);
        Assert.Equal(("acme", "kid-1", Now), (found.Tenant, found.Kid, found.CreatedAt));
        Assert.Equal(key.Wrap with { Blob = found.Wrap.Blob }, found.Wrap);
        Assert.Equal(key.Wrap.Blob, found.Wrap.Blob);
        Assert.Equal([new ActiveKeyRow("acme", key.Id, "kid-1")], await _store.ReadActiveSigningKeysAsync(Token));
        Assert.Equal([Event(1), Event(2)], await _store.ReadChainAsync(after: 0, Token));
        Assert.Equal([Event(2)], await _store.ReadChainAsync(after: 1, Token));
    }

    [Fact]
    public async Task AddActiveKeyAsync_TenantHasKey_ChangesNothing()
    {
        await _store.OpenAsync(Token);
        await _store.AddActiveKeyAsync(Key("acme", "kid-1"), [Event(1), Event(2)], Token);

        Assert.Equal(AddKeyOutcome.TenantHasKey, await _store.AddActiveKeyAsync(Key("acme", "kid-2"), [Event(3), Event(4)], Token));

        Assert.Equal("kid-1", Assert.Single(await _store.ReadActiveSigningKeysAsync(Token)).Kid);
        Assert.Equal(2, (await _store.ReadChainAsync(after: 0, Token)).Count);
    }

    [Fact]
    public async Task AddActiveKeyAsync_ChainMoved_ChangesNothing()
    {
        await _store.OpenAsync(Token);
        await _store.AddActiveKeyAsync(Key("acme", "kid-1"), [Event(1), Event(2)], Token);

        Assert.Equal(AddKeyOutcome.ChainMoved, await _store.AddActiveKeyAsync(Key("globex", "kid-2"), [Event(1), Event(2)], Token));

        Assert.Single(await _store.ReadActiveSigningKeysAsync(Token));
    }

    [Theory]
    [InlineData("DELETE FROM key_event")]
    [InlineData("UPDATE key_event SET jws = ''")]
    [InlineData("INSERT INTO tenant_key (id, kid, tenant_id, purpose, alg, version, status, created_at) VALUES ('x', 'y', 'acme', 'signing', 'EdDSA', 2, 'active', 0)")]
    public async Task Schema_StatementThatBreaksARule_Fails(string sql)
    {
        await _store.OpenAsync(Token);
        await _store.AddActiveKeyAsync(Key("acme", "kid-1"), [Event(1), Event(2)], Token);
        await using var connection = new SqliteConnection($"Data Source={_folder.File("sub", "keys.db")};Pooling=False");
        await connection.OpenAsync(Token);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;

        await Assert.ThrowsAnyAsync<DbException>(() => command.ExecuteNonQueryAsync(Token));
    }

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);

    private static StoredEvent Event(long n) => new(n, $"jws-{n}", "test", "first key", Now);

    private static KeyWrap Wrap(byte value) => new() { Provider = "local", Region = "", KeyReference = "ref", ContextVersion = 1, Blob = [value] };

    private static StoredKey Key(string tenant, string kid) => new()
    {
        Id = Guid.CreateVersion7(),
        Kid = kid,
        Tenant = tenant,
        Algorithm = "EdDSA",
        PublicKey = [1, 2, 3],
        CreatedAt = Now,
        Wrap = Wrap(9),
    };

    private SqliteKeyStore NewStore() =>
        new(Microsoft.Extensions.Options.Options.Create(new KeyStoreOptions { ConnectionString = $"Data Source={_folder.File("sub", "keys.db")}" }));
}
