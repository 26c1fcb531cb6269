using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Options;

internal sealed class KeyStoreOptionsValidator : IValidateOptions<KeyStoreOptions>
{
    private const string Example = "Set it to something like 'Data Source=data/kmsgateway.db', or leave it out for that default.";

    public ValidateOptionsResult Validate(string? name, KeyStoreOptions options)
    {
        if (!KeyStoreOptions.Providers.Contains(options.Provider, StringComparer.Ordinal))
        {
            var known = string.Join(", ", KeyStoreOptions.Providers.Select(provider => $"'{provider}'"));
            return ValidateOptionsResult.Fail($"KeyStore:Provider is '{options.Provider}', which is not known. Set it to one of: {known}.");
        }

        return ConnectionString(options.ConnectionString) is { } failure
            ? ValidateOptionsResult.Fail(failure)
            : ValidateOptionsResult.Success;
    }

    private static string? ConnectionString(string text)
    {
        SqliteConnectionStringBuilder builder;
        try
        {
            builder = new SqliteConnectionStringBuilder(text);
        }
        catch (ArgumentException exception)
        {
            return $"KeyStore:ConnectionString is not one of SQLite: {exception.Message} {Example}";
        }

        // A database in memory would forget the only copy of every key.
        return builder.DataSource.Length == 0 || builder.DataSource == ":memory:" || builder.Mode == SqliteOpenMode.Memory
            ? $"KeyStore:ConnectionString names no database file. {Example}"
            : null;
    }
}
