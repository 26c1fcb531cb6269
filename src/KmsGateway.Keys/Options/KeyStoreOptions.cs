namespace KmsGateway.Keys.Options;

/// <summary>Section <c>KeyStore</c>: the database of wrapped keys and of the trust chain.</summary>
internal sealed class KeyStoreOptions
{
    public const string Section = "KeyStore";

    /// <summary>The store in a file, for one machine.</summary>
    public const string SqliteProvider = "sqlite";

    /// <value>Default and only one: <c>sqlite</c>.</value>
    public string Provider { get; set; } = SqliteProvider;

    /// <value>Default: the file <c>kmsgateway.db</c> in <c>DataDirectory</c>.</value>
    public string ConnectionString { get; set; } = "";

    public static IReadOnlyList<string> Providers { get; } = [SqliteProvider];
}
