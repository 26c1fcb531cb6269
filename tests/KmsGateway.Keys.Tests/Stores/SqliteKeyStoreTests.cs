using KmsGateway.Keys.Options;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Stores.Sql;
using KmsGateway.Keys.Stores.Sqlite;
using KmsGateway.Keys.Tests.Support;
using Microsoft.Data.Sqlite;

namespace KmsGateway.Keys.Tests.Stores;

public sealed class SqliteKeyStoreTests : KeyStoreContract
{
    private readonly TempFolder _folder = new();
    private readonly List<SqliteEngine> _engines = [];

    public override ValueTask DisposeAsync()
    {
        _engines.ForEach(engine => engine.Dispose());
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task OpenAsync_NoFile_MakesItForItsOwnerOnly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix file modes");
        await Store.AddCanaryAsync(new StoredCanary(Guid.NewGuid(), [Wrap(1)], Now), Token);

        var files = Directory.GetFiles(_folder.File("sub"));
        Assert.Contains(_folder.File("sub", "keys.db-wal"), files);
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(file)));
    }

    private protected override Task<SqlKeyStore> NewStoreAsync() => Task.FromResult(NewStore("keys.db"));

    private protected override Task<SqlKeyStore> NewEmptyStoreAsync() => Task.FromResult(NewStore($"{Guid.NewGuid()}.db"));

    private protected override async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={_folder.File("sub", "keys.db")};Pooling=False");
        await connection.OpenAsync(Token);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Token);
    }

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);

    private SqlKeyStore NewStore(string name)
    {
        var options = new KeyStoreOptions { ConnectionString = $"Data Source={_folder.File("sub", name)}" };
        var engine = new SqliteEngine(Microsoft.Extensions.Options.Options.Create(options), TimeProvider.System);
        _engines.Add(engine);
        return new SqlKeyStore(engine);
    }
}
