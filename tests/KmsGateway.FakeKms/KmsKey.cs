using System.Text.Json.Nodes;

namespace KmsGateway.FakeKms;

/// <summary>A key in one Region. Replicas of a multi-Region key share their id and their material.</summary>
public abstract class KmsKey(string region, string id, string spec, string usage)
{
    public const string EncryptDecrypt = "ENCRYPT_DECRYPT";
    public const string SignVerify = "SIGN_VERIFY";

    public string Region { get; } = region;

    public string Id { get; } = id;

    public string Arn { get; } = $"arn:aws:kms:{region}:111122223333:key/{id}";

    public string Spec { get; } = spec;

    public string Usage { get; } = usage;

    public bool IsMultiRegion => Id.StartsWith("mrk-", StringComparison.Ordinal);

    /// <summary>Whether it is in a custom key store, which makes no key pairs.</summary>
    public bool IsInCustomKeyStore { get; init; }

    public KeyState State { get; set; }

    public static string NewId(bool multiRegion) => multiRegion ? $"mrk-{Guid.NewGuid():N}" : Guid.NewGuid().ToString();

    /// <summary>The same key in another Region.</summary>
    public abstract KmsKey ReplicateTo(string region);

    public JsonObject Metadata() => new()
    {
        ["KeyId"] = Id,
        [nameof(Arn)] = Arn,
        ["KeySpec"] = Spec,
        ["KeyUsage"] = Usage,
        ["KeyState"] = State.ToString(),
        ["Enabled"] = State == KeyState.Enabled,
        ["MultiRegion"] = IsMultiRegion,
    };

    protected void ThrowIfUnusable()
    {
        switch (State)
        {
            case KeyState.Disabled:
                throw KmsError.Disabled(Arn);
            case KeyState.PendingDeletion:
                throw KmsError.PendingDeletion(Arn);
        }
    }
}
