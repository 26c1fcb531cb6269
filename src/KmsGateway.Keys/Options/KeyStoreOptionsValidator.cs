using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace KmsGateway.Keys.Options;

internal sealed class KeyStoreOptionsValidator : IValidateOptions<KeyStoreOptions>
{
    private const string SqliteExample = "Set it to something like 'Data Source=data/kmsgateway.db', or leave it out for that default.";
    private const string PostgresExample = "Set it to something like 'Host=db;Database=kmsgateway;Username=kmsgateway;SSL Mode=VerifyFull'.";

    private static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1);

    // Half of the time after which a gateway that heard nothing stops signing.
    private static readonly TimeSpan MaxInterval = TimeSpan.FromSeconds(30);

    public ValidateOptionsResult Validate(string? name, KeyStoreOptions options)
    {
        var failures = new List<string>();
        if (!KeyStoreOptions.Providers.Contains(options.Provider, StringComparer.Ordinal))
        {
            var known = string.Join(", ", KeyStoreOptions.Providers.Select(provider => $"'{provider}'"));
            failures.Add($"KeyStore:Provider is '{options.Provider}', which is not known. Set it to one of: {known}.");
        }
        else if ((options.Provider == KeyStoreOptions.PostgresProvider ? Postgres(options) : Sqlite(options)) is { } failure)
        {
            failures.Add(failure);
        }

        if (options.ChangeInterval < MinInterval || options.ChangeInterval > MaxInterval)
        {
            failures.Add($"KeyStore:ChangeInterval is {options.ChangeInterval:c}. Set a time from {MinInterval:c} to {MaxInterval:c}.");
        }

        if (options.RestoreFrom.Length > 0 && !File.Exists(options.RestoreFrom))
        {
            failures.Add($"KeyStore:RestoreFrom is '{options.RestoreFrom}', which is no file. Set it to an export, or leave it out.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string? Sqlite(KeyStoreOptions options)
    {
        SqliteConnectionStringBuilder builder;
        try
        {
            builder = new SqliteConnectionStringBuilder(options.ConnectionString);
        }
        catch (ArgumentException exception)
        {
            return $"KeyStore:ConnectionString is not one of SQLite: {exception.Message} {SqliteExample}";
        }

        // A database in memory would forget the only copy of every key.
        return builder.DataSource.Length == 0 || builder.DataSource == ":memory:" || builder.Mode == SqliteOpenMode.Memory
            ? $"KeyStore:ConnectionString names no database file. {SqliteExample}"
            : null;
    }

    private static string? Postgres(KeyStoreOptions options)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        }
        catch (ArgumentException)
        {
            // Not the message: it may repeat a part of the password.
            return $"KeyStore:ConnectionString is not one of Npgsql. {PostgresExample}";
        }

        return string.IsNullOrEmpty(builder.Host) || string.IsNullOrEmpty(builder.Database)
            ? $"KeyStore:ConnectionString names no Host or no Database. {PostgresExample}"
            : null;
    }
}
