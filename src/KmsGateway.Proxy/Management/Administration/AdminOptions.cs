namespace KmsGateway.Proxy.Management.Administration;

/// <summary>Section <c>Admin</c>: who may operate the gateway. With neither, in Development whoever is on this machine, elsewhere nobody.</summary>
internal sealed class AdminOptions
{
    public const string Section = "Admin";

    public IList<AdminCredentialOptions> Tokens { get; } = [];

    /// <value>Each certificate by its hash: no authority can make one more.</value>
    public IList<AdminCredentialOptions> Certificates { get; } = [];

    /// <value>How many values each of them may have decrypted in a minute, on this gateway. Default 60,000; 1,000 to 100,000,000.</value>
    public int DecryptValuesPerMinute { get; set; } = 60_000;
}
