namespace KmsGateway.Keys.Options;

/// <summary>Section <c>KeyStore</c>: the database of wrapped keys and of the trust chain.</summary>
internal sealed class KeyStoreOptions
{
    public const string Section = "KeyStore";

    /// <summary>The store in a file, for one machine.</summary>
    public const string SqliteProvider = "sqlite";

    /// <summary>PostgreSQL, for any number of gateways.</summary>
    public const string PostgresProvider = "postgres";

    /// <value>Default <c>sqlite</c>; or <c>postgres</c>.</value>
    public string Provider { get; set; } = SqliteProvider;

    /// <value>
    /// <c>sqlite</c>: default the file <c>kmsgateway.db</c> in <c>DataDirectory</c>. <c>postgres</c>: such as
    /// <c>Host=db;Database=kmsgateway;Username=kmsgateway;SSL Mode=VerifyFull</c>; the password best as the file of <c>Passfile</c>.
    /// </value>
    public string ConnectionString { get; set; } = "";

    /// <summary>How often a gateway looks for what others changed, when it is not told.</summary>
    /// <value>Default 15 s. From 1 s to 30 s.</value>
    public TimeSpan ChangeInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>An export (<c>kmsgw keys export</c>) to start from when the store is empty.</summary>
    /// <value>Default none.</value>
    public string RestoreFrom { get; set; } = "";

    public static IReadOnlyList<string> Providers { get; } = [SqliteProvider, PostgresProvider];
}
