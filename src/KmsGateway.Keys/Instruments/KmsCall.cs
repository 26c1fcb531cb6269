namespace KmsGateway.Keys.Instruments;

/// <summary>A call of the KMS as metrics and traces name it.</summary>
/// <param name="Operation">What is asked of it; see the constants.</param>
/// <param name="Purpose">What for; see the constants of <see cref="KmsPurpose"/>.</param>
internal readonly record struct KmsCall(string Operation, string Purpose)
{
    public const string Decrypt = "decrypt";
    public const string GenerateKeyPair = "generate_key_pair";
    public const string GenerateDataKey = "generate_data_key";
    public const string GetPublicKey = "get_public_key";
    public const string Sign = "sign";

    /// <summary>What is called for what.</summary>
    public static readonly KmsCall[] All =
    [
        new(Decrypt, KmsPurpose.Retrieve),
        new(Decrypt, KmsPurpose.Refresh),
        new(Decrypt, KmsPurpose.Create),
        new(Decrypt, KmsPurpose.Probe),
        new(Decrypt, KmsPurpose.Validate),
        new(GenerateKeyPair, KmsPurpose.Create),
        new(GenerateKeyPair, KmsPurpose.Validate),
        new(GenerateDataKey, KmsPurpose.Create),
        new(GenerateDataKey, KmsPurpose.Validate),
        new(GetPublicKey, KmsPurpose.Trust),
        new(Sign, KmsPurpose.Trust),
    ];
}
