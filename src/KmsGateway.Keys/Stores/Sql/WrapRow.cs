using System.Globalization;
using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Stores.Sql;

/// <summary>A wrap, with whose it is, as Dapper reads and writes it.</summary>
internal sealed class WrapRow
{
    public const string Columns = "provider, region, key_reference AS KeyReference, ctx_version AS CtxVersion, blob";

    public string Owner { get; init; } = "";

    public string Provider { get; init; } = "";

    public string Region { get; init; } = "";

    public string KeyReference { get; init; } = "";

    public long CtxVersion { get; init; }

    public byte[] Blob { get; init; } = [];

    public KeyWrap ToWrap() => new()
    {
        Provider = Provider,
        Region = Region,
        KeyReference = KeyReference,
        ContextVersion = (int)CtxVersion,
        Blob = Blob,
    };

    public static IEnumerable<WrapRow> From(Guid owner, IEnumerable<KeyWrap> wraps) => wraps.Select(wrap => new WrapRow
    {
        Owner = owner.ToString("D", CultureInfo.InvariantCulture),
        Provider = wrap.Provider,
        Region = wrap.Region,
        KeyReference = wrap.KeyReference,
        CtxVersion = wrap.ContextVersion,
        Blob = wrap.Blob,
    });
}
