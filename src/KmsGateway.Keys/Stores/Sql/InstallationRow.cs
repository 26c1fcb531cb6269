using System.Globalization;
using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Stores.Sql;

/// <summary>The row of the root or the canary, with its first wrap, as Dapper reads and writes it.</summary>
internal sealed class InstallationRow
{
    public string Id { get; init; } = "";

    public string Kid { get; init; } = "";

    public byte[] PublicKey { get; init; } = [];

    public string Provider { get; init; } = "";

    public string Region { get; init; } = "";

    public string KeyReference { get; init; } = "";

    public long CtxVersion { get; init; }

    public byte[] Blob { get; init; } = [];

    public long CreatedAt { get; init; }

    public StoredRoot ToRoot(IEnumerable<WrapRow> others) => new(Guid.Parse(Id), Kid, PublicKey, Wraps(others), Time());

    public StoredCanary ToCanary(IEnumerable<WrapRow> others) => new(Guid.Parse(Id), Wraps(others), Time());

    public static InstallationRow From(StoredRoot root) => From(root.Id, root.Kid, root.PublicKey, root.Wraps[0], root.CreatedAt);

    public static InstallationRow From(StoredCanary canary) => From(canary.Id, "", [], canary.Wraps[0], canary.CreatedAt);

    private static InstallationRow From(Guid id, string kid, byte[] publicKey, KeyWrap first, DateTimeOffset createdAt) => new()
    {
        Id = id.ToString("D", CultureInfo.InvariantCulture),
        Kid = kid,
        PublicKey = publicKey,
        Provider = first.Provider,
        Region = first.Region,
        KeyReference = first.KeyReference,
        CtxVersion = first.ContextVersion,
        Blob = first.Blob,
        CreatedAt = createdAt.ToUnixTimeMilliseconds(),
    };

    private List<KeyWrap> Wraps(IEnumerable<WrapRow> others)
    {
        var first = new WrapRow { Provider = Provider, Region = Region, KeyReference = KeyReference, CtxVersion = CtxVersion, Blob = Blob };
        return [first.ToWrap(), .. others.Select(row => row.ToWrap())];
    }

    private DateTimeOffset Time() => DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt);
}
