using Dapper;
using DbUp;
using DbUp.Sqlite.Helpers;
using Microsoft.Data.Sqlite;

namespace KmsGateway.Keys.Stores.Sqlite;

/// <summary>Makes the database file and brings its tables up to date.</summary>
internal static class SqliteSchema
{
    private const string ScriptFolder = "KmsGateway.Keys.Stores.Migrations.Sqlite.";

    public static void Prepare(string connectionString)
    {
        CreateFile(new SqliteConnectionStringBuilder(connectionString).DataSource);
        using var connection = new SqliteConnection(connectionString);
        connection.Open();

        // Readers and the writer do not wait for each other. It is a property of the file, and cannot change inside a transaction.
        connection.Execute("PRAGMA journal_mode=WAL");

        // One process migrates; another that starts at the same time waits here and finds nothing left to do.
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            Migrate(connection);
            connection.Execute("COMMIT");
        }
        catch
        {
            connection.Execute("ROLLBACK");
            throw;
        }
    }

    private static void Migrate(SqliteConnection connection)
    {
        using var shared = new SharedConnection(connection);
        var result = DeployChanges.To
            .SqliteDatabase(shared)
            .WithScriptsEmbeddedInAssembly(typeof(SqliteSchema).Assembly, name => name.StartsWith(ScriptFolder, StringComparison.Ordinal))
            .WithVariablesDisabled()
            .WithoutTransaction()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new KeyStartException(
                $"The key store's script '{result.ErrorScript?.Name}' failed: {result.Error.Message}", result.Error);
        }
    }

    // SQLite would make it readable for all; the files it puts beside it (-wal, -shm) take over this mode.
    private static void CreateFile(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            // Never opens one that exists: closing it again would drop the locks that SQLite holds on it in this process.
            new FileStream(path, options).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // The usual case, from the second start on.
        }
    }
}
