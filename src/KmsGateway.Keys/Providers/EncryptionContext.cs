using System.Globalization;
using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Providers;

/// <summary>
/// What a wrap is bound to. It is never stored beside the wrap but rebuilt from what the caller asked for, so that a row put in
/// another tenant's place does not unwrap.
/// </summary>
internal sealed record EncryptionContext
{
    public const int CurrentVersion = 1;

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

    public static EncryptionContext ForRoot(string store, string algorithm, Guid id) =>
        new(store, Installation, KeyPurpose.Root, algorithm, id);

    public static EncryptionContext ForCanary(string store, Guid id) =>
        new(store, Installation, KeyPurpose.Canary, "none", id);

    /// <summary>The context as canonical JSON: strings only, as a KMS wants them.</summary>
    public byte[] ToBytes()
    {
        var writer = new CanonicalJsonWriter();
        writer.BeginObject();
        Write(writer, "alg"u8, Algorithm);
        Write(writer, "app"u8, "kmsgateway");
        Write(writer, "id"u8, Id.ToString("D"));
        Write(writer, "purpose"u8, Purpose);
        Write(writer, "store"u8, Store);
        Write(writer, "tenant"u8, Tenant);
        Write(writer, "v"u8, CurrentVersion.ToString(CultureInfo.InvariantCulture));
        writer.EndObject();
        return writer.ToArray();
    }

    private static void Write(CanonicalJsonWriter writer, ReadOnlySpan<byte> name, string value)
    {
        writer.Name(name);
        writer.String(value);
    }
}
