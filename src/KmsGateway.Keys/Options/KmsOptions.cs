namespace KmsGateway.Keys.Options;

/// <summary>Section <c>Kms</c>: where keys are wrapped and unwrapped.</summary>
internal sealed class KmsOptions
{
    public const string Section = "Kms";

    /// <summary>The provider of Development: a file.</summary>
    public const string LocalProvider = "local";

    /// <summary>AWS KMS.</summary>
    public const string AwsProvider = "aws";

    public const string KeyPairsInKms = "kms";
    public const string KeyPairsLocally = "local";

    /// <summary>The name of the provider. Has no default: where keys are kept is a decision.</summary>
    /// <value>One of <see cref="Providers"/>.</value>
    public string? Provider { get; set; }

    /// <summary><c>aws</c>: where the key is.</summary>
    /// <value>Such as <c>eu-central-1</c>.</value>
    public string Region { get; set; } = "";

    /// <summary><c>aws</c>: the symmetric key that wraps tenants' keys.</summary>
    /// <value>An ARN, best; an id or an alias (<c>alias/…</c>) of the account.</value>
    public string KeyId { get; set; } = "";

    /// <summary><c>aws</c>: the asymmetric key (<c>SIGN_VERIFY</c>, of <c>Signing:Algorithm</c>) that signs the trust chain.</summary>
    /// <value>An ARN, best; an id or an alias (<c>alias/…</c>) of the account.</value>
    public string RootKeyId { get; set; } = "";

    /// <summary><c>aws</c>: another address than the Region's own, such as that of a VPC endpoint.</summary>
    /// <value>An https URL; in Development also http. Empty: the Region's.</value>
    public string Endpoint { get; set; } = "";

    /// <summary><c>aws</c>: Regions to go to when the first gives no answer, in order of preference.</summary>
    /// <value>Default none.</value>
    public IList<AwsRegionOptions> OtherRegions { get; set; } = [];

    /// <summary><c>aws</c>: where tenants' key pairs are made.</summary>
    /// <value>
    /// Default <c>kms</c>: in the KMS, and no program ever sees a private key unwrapped but the one that signs with it. <c>local</c>: here, and
    /// wrapped by <c>Encrypt</c>; for keys in custom key stores, which make no pairs, and for Regions without a multi-Region key.
    /// </value>
    public string KeyPairs { get; set; } = KeyPairsInKms;

    /// <summary><c>aws</c>: the profile of the shared AWS configuration under which keys are made and the root signs.</summary>
    /// <value>Default none: the credentials of everything else. With one, those need <c>kms:Decrypt</c> and <c>kms:GetPublicKey</c> only.</value>
    public string CreatorProfile { get; set; } = "";

    /// <summary>How many calls of one Region are under way at a time; others wait.</summary>
    /// <value>Default 64. From 1 to 1,000.</value>
    public int MaxConcurrentCalls { get; set; } = 64;

    public LocalKmsOptions Local { get; set; } = new();

    /// <summary>How long a caller waits for a key that is not cached before it gets the retryable answer. The retrieval goes on.</summary>
    /// <value>Default 3 s: a collector's attempt lasts 5 s. From 10 ms to 60 s.</value>
    public TimeSpan CallerWait { get; set; } = TimeSpan.FromSeconds(3);

    public static IReadOnlyList<string> Providers { get; } = [AwsProvider, LocalProvider];

    /// <summary>All Regions, the first one first.</summary>
    public IReadOnlyList<AwsRegionOptions> Regions() =>
        [new AwsRegionOptions { Region = Region, KeyId = KeyId, RootKeyId = RootKeyId, Endpoint = Endpoint }, .. OtherRegions];
}
