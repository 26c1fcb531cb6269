using Dapper;
using DbUp;
using Npgsql;

namespace KmsGateway.Keys.Stores.Postgres;

/// <summary>Brings the tables of the database up to date.</summary>
internal static class PostgresSchema
{
    private const string ScriptFolder = "KmsGateway.Keys.Stores.Migrations.Postgres.";

    public static void Prepare(string connectionString)
    {
        // Not pooled: the lock belongs to the session, and a pooler could hand that to somebody else.
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 60 }.ToString();
        using var connection = new NpgsqlConnection(unpooled);
        connection.Open();

        // One process migrates; another that starts at the same time waits here and finds nothing left to do.
        connection.Execute("SELECT pg_advisory_lock(7254613811)");
        var result = DeployChanges.To
            .PostgresqlDatabase(unpooled)
            .WithScriptsEmbeddedInAssembly(typeof(PostgresSchema).Assembly, name => name.StartsWith(ScriptFolder, StringComparison.Ordinal))
            .WithVariablesDisabled()
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new KeyStartException(
                $"The key store's script '{result.ErrorScript?.Name}' failed: {result.Error.Message}", result.Error);
        }
    }
}
