namespace KmsGateway.Keys.Providers;

/// <summary>A secret as it is stored: wrapped, with what is needed to find the key that unwraps it.</summary>
internal sealed record KeyWrap
{
    public required string Provider { get; init; }

    public required string Region { get; init; }

    /// <summary>Which key of the provider wrapped it: an ARN, or the fingerprint of a master key file.</summary>
    public required string KeyReference { get; init; }

    /// <summary>The form of the <see cref="EncryptionContext"/> it was made under.</summary>
    public required int ContextVersion { get; init; }

    public required byte[] Blob { get; init; }
}
