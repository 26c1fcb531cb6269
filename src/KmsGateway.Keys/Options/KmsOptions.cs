namespace KmsGateway.Keys.Options;

/// <summary>Section <c>Kms</c>: where keys are wrapped and unwrapped.</summary>
internal sealed class KmsOptions
{
    public const string Section = "Kms";

    /// <summary>The provider of Development: a file.</summary>
    public const string LocalProvider = "local";

    /// <summary>AWS KMS.</summary>
    public const string AwsProvider = "aws";

    /// <summary>The name of the provider. Has no default: where keys are kept is a decision.</summary>
    /// <value>One of <see cref="Providers"/>.</value>
    public string? Provider { get; set; }

    /// <summary><c>aws</c>: where the key is.</summary>
    /// <value>Such as <c>eu-central-1</c>.</value>
    public string Region { get; set; } = "";

    /// <summary><c>aws</c>: the symmetric key that wraps tenants' keys.</summary>
    /// <value>An ARN, best; an id or an alias (<c>alias/…</c>) of the account.</value>
    public string KeyId { get; set; } = "";

    /// <summary><c>aws</c>: another address than the Region's own, such as that of a VPC endpoint.</summary>
    /// <value>An https URL; in Development also http. Empty: the Region's.</value>
    public string Endpoint { get; set; } = "";

    public LocalKmsOptions Local { get; set; } = new();

    /// <summary>How long a caller waits for a key that is not cached before it gets the retryable answer. The retrieval goes on.</summary>
    /// <value>Default 3 s: a collector's attempt lasts 5 s. From 10 ms to 60 s.</value>
    public TimeSpan CallerWait { get; set; } = TimeSpan.FromSeconds(3);

    public static IReadOnlyList<string> Providers { get; } = [AwsProvider, LocalProvider];
}
