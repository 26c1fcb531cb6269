using System.Globalization;
using System.Text;
using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Providers;

/// <summary>
/// What a wrap is bound to. It is never stored beside the wrap but rebuilt from what the caller asked for, so that a row put in
/// another tenant's place does not unwrap.
/// </summary>
internal sealed record EncryptionContext
{
    public const int CurrentVersion = 1;

    /// <summary>What values are encrypted with under keys that come from a seed.</summary>
    public const string SeedAlgorithm = "A256GCM";

    /// <summary>No tenant can have this name: what belongs to the installation cannot be taken for a tenant's.</summary>
    private const string Installation = "*";

    private EncryptionContext(string store, string tenant, string purpose, string algorithm, Guid id)
    {
        Store = store;
        Tenant = tenant;
        Purpose = purpose;
        Algorithm = algorithm;
        Id = id;
    }

    public string Store { get; }

    public string Tenant { get; }

    public string Purpose { get; }

    public string Algorithm { get; }

    public Guid Id { get; }

    public static EncryptionContext ForSigningKey(string store, string tenant, string algorithm, Guid id) =>
        new(store, tenant, KeyPurpose.Signing, algorithm, id);

    public static EncryptionContext ForSeed(string store, string tenant, Guid id) =>
        new(store, tenant, KeyPurpose.Encryption, SeedAlgorithm, id);

    public static EncryptionContext ForRoot(string store, string algorithm, Guid id) =>
        new(store, Installation, KeyPurpose.Root, algorithm, id);

    public static EncryptionContext ForCanary(string store, Guid id) =>
        new(store, Installation, KeyPurpose.Canary, "none", id);

    /// <summary>The context as a KMS takes it. It stands in the KMS's own log.</summary>
    public Dictionary<string, string> ToDictionary() => new(StringComparer.Ordinal)
    {
        ["alg"] = Algorithm,
        ["app"] = "kmsgateway",
        ["id"] = Id.ToString("D"),
        ["purpose"] = Purpose,
        ["store"] = Store,
        ["tenant"] = Tenant,
        ["v"] = CurrentVersion.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The context as canonical JSON.</summary>
    public byte[] ToBytes()
    {
        var writer = new CanonicalJsonWriter();
        writer.BeginObject();
        foreach (var (name, value) in ToDictionary().OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.Name(Encoding.UTF8.GetBytes(name));
            writer.String(value);
        }

        writer.EndObject();
        return writer.ToArray();
    }
}
