namespace KmsGateway.Keys.Options;

/// <summary>Section <c>Kms:Local</c>: the provider of Development.</summary>
internal sealed class LocalKmsOptions
{
    /// <summary>The file of the master key; made on first use.</summary>
    /// <value>Default <c>kms/master.key</c> in <c>DataDirectory</c>.</value>
    public string MasterKeyFile { get; set; } = "";
}
