using System.Globalization;
using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Stores.Sqlite;

/// <summary>The columns of a key, a root or a canary as Dapper reads and writes them; a query fills those it selects.</summary>
internal sealed class KeyRow
{
    public string Id { get; init; } = "";

    public string Kid { get; init; } = "";

    public string Tenant { get; init; } = "";

    public string Alg { get; init; } = "";

    public byte[] PublicKey { get; init; } = [];

    public long CreatedAt { get; init; }

    public string Provider { get; init; } = "";

    public string Region { get; init; } = "";

    public string KeyReference { get; init; } = "";

    public long CtxVersion { get; init; }

    public byte[] Blob { get; init; } = [];

    public StoredRoot ToRoot() => new(Guid.Parse(Id), Kid, PublicKey, ToWrap(), Time());

    public StoredCanary ToCanary() => new(Guid.Parse(Id), ToWrap(), Time());

    public ActiveKeyRow ToActive() => new(Tenant, Guid.Parse(Id), Kid);

    public StoredKey ToKey() => new()
    {
        Id = Guid.Parse(Id),
        Kid = Kid,
        Tenant = Tenant,
        Algorithm = Alg,
        PublicKey = PublicKey,
        CreatedAt = Time(),
        Wrap = ToWrap(),
    };

    public static KeyRow From(StoredRoot root) => From(root.Id, root.Wrap, root.CreatedAt, root.Kid, root.PublicKey);

    public static KeyRow From(StoredCanary canary) => From(canary.Id, canary.Wrap, canary.CreatedAt);

    public static KeyRow From(StoredKey key) => From(key.Id, key.Wrap, key.CreatedAt, key.Kid, key.PublicKey, key.Tenant, key.Algorithm);

    private static KeyRow From(
        Guid id, KeyWrap wrap, DateTimeOffset createdAt, string kid = "", byte[]? publicKey = null, string tenant = "", string alg = "")
    {
        return new KeyRow
        {
            Id = id.ToString("D", CultureInfo.InvariantCulture),
            Kid = kid,
            Tenant = tenant,
            Alg = alg,
            PublicKey = publicKey ?? [],
            CreatedAt = createdAt.ToUnixTimeMilliseconds(),
            Provider = wrap.Provider,
            Region = wrap.Region,
            KeyReference = wrap.KeyReference,
            CtxVersion = wrap.ContextVersion,
            Blob = wrap.Blob,
        };
    }

    private KeyWrap ToWrap() => new()
    {
        Provider = Provider,
        Region = Region,
        KeyReference = KeyReference,
        ContextVersion = (int)CtxVersion,
        Blob = Blob,
    };

    private DateTimeOffset Time() => DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt);
}
