using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Administration;

/// <summary>What to do about a step that failed. It names what is missing, so that nobody has to try permissions one by one.</summary>
internal static class ValidationAdvice
{
    public static string For(string operation, KmsFailure failure) => failure switch
    {
        KmsFailure.Denied => $"Allow {ActionOf(operation)}: to the gateway's credentials for unwrapping, to those of Kms:CreatorProfile, where it is "
            + "set, for making keys and signing. Look at the role's policy, the key's policy, and conditions on kms:EncryptionContext.",
        KmsFailure.NotFound => $"Check {KeyOf(operation)}, Kms:Region and Kms:OtherRegions: there is no such key where the gateway looks for it.",
        KmsFailure.Disabled => $"Enable the key of {KeyOf(operation)}, or cancel its deletion: nothing wrapped by it can be read meanwhile.",
        KmsFailure.InvalidCiphertext => "What was wrapped does not unwrap: Kms:KeyId names another key than the one that wrapped, or the key store is of "
            + "another installation.",
        KmsFailure.Misconfigured => $"Check the credentials, {KeyOf(operation)} and the key's spec and usage; the message in the log says which.",
        KmsFailure.Throttled => "The account calls the KMS more often than its quota. Raise it, or Cache:SigningKeyLifetime.",
        KmsFailure.LimitExceeded => "A quota of the KMS is used up. Ask for a higher one.",
        KmsFailure.CircuitOpen => "Calls failed too often a moment ago. See what failed first (log, kms_api_calls_total by outcome), and try again in 5 s.",
        _ => "The KMS gave no answer. Check the network, Kms:Region, Kms:Endpoint and the provider's status page.",
    };

    private static string ActionOf(string operation) => operation switch
    {
        KmsCall.Decrypt => "kms:Decrypt",
        KmsCall.GenerateKeyPair => "kms:GenerateDataKeyPairWithoutPlaintext (kms:Encrypt with Kms:KeyPairs=local)",
        KmsCall.GenerateDataKey => "kms:GenerateDataKeyWithoutPlaintext (kms:Encrypt with Kms:KeyPairs=local)",
        KmsCall.GetPublicKey => "kms:GetPublicKey",
        _ => "kms:Sign",
    };

    private static string KeyOf(string operation) => operation is KmsCall.Sign or KmsCall.GetPublicKey ? "Kms:RootKeyId" : "Kms:KeyId";
}
