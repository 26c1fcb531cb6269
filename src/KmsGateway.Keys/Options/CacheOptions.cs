namespace KmsGateway.Keys.Options;

/// <summary>Section <c>Cache</c>: unwrapped keys in memory.</summary>
internal sealed class CacheOptions
{
    public const string Section = "Cache";

    /// <summary>How many tenants' signing keys are kept.</summary>
    /// <value>Default 1,000. From 3 to 100,000.</value>
    public int SigningKeys { get; set; } = 1_000;

    /// <summary>How many seeds are kept, those of all versions together.</summary>
    /// <value>Default 1,000. From 3 to 100,000.</value>
    public int EncryptionKeys { get; set; } = 1_000;

    /// <summary>Whether the gateway refuses to start where the unwrapped keys of a full cache could not all be kept out of swap.</summary>
    /// <value>Default false. P-256 keys (<c>Signing:Algorithm=ES256</c>) are never in locked memory.</value>
    public bool RequireLockedMemory { get; set; }

    /// <summary>Whether tenants' keys are unwrapped at start, before the gateway says that it is ready.</summary>
    /// <value>Default true.</value>
    public bool WarmUp { get; set; } = true;

    /// <summary>How long an unwrapped signing key is used before the KMS is asked again, whether or not it can be reached.</summary>
    /// <value>Default 60 min. From 1 min to 24 h.</value>
    public TimeSpan SigningKeyLifetime { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>The same of an unwrapped seed.</summary>
    /// <value>Default 60 min. From 1 min to 24 h.</value>
    public TimeSpan EncryptionKeyLifetime { get; set; } = TimeSpan.FromMinutes(60);
}
