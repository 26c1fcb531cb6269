using Amazon.Runtime;

namespace KmsGateway.Keys.Providers.Aws;

/// <summary>What an error of AWS KMS means for the key that was asked for.</summary>
/// <remarks>
/// By code: throttling, denial and tokens that ran out have no exception types of their own. Codes:
/// https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors and CommonErrors.
/// </remarks>
internal static class AwsErrors
{
    public static KmsException Explain(string operation, string region, Exception exception)
    {
        if (exception is not AmazonServiceException { ErrorCode: { Length: > 0 } code } service)
        {
            return new KmsException(
                Classify(exception), $"AWS KMS in {region} gave no answer to {operation} ({exception.GetType().Name}).", exception);
        }

        var failure = Classify(code);
        return new KmsException(
            failure, $"AWS KMS in {region} answered {operation} with {code} (request {service.RequestId}). {Advice(failure, operation)}", exception);
    }

    public static KmsFailure Classify(string code) => code switch
    {
        "AccessDeniedException" or "AccessDenied" or "InvalidGrantTokenException" => KmsFailure.Denied,
        "DisabledException" or "KMSInvalidStateException" => KmsFailure.Disabled,
        "NotFoundException" => KmsFailure.NotFound,
        "InvalidCiphertextException" or "IncorrectKeyException" or "InvalidKeyUsageException" => KmsFailure.InvalidCiphertext,

        // Of the gateway and not of the key: it stays in use while somebody sees to them.
        "ExpiredTokenException" or "ExpiredToken" or "UnrecognizedClientException" or "InvalidClientTokenId" or "InvalidSignatureException"
            or "IncompleteSignature" or "MissingAuthenticationToken" or "ValidationException" or "UnsupportedOperationException"
            => KmsFailure.Misconfigured,

        "ThrottlingException" or "Throttling" or "ThrottledException" or "TooManyRequestsException" or "RequestLimitExceeded"
            => KmsFailure.Throttled,
        "LimitExceededException" => KmsFailure.LimitExceeded,

        // KMSInternal, KeyUnavailable, DependencyTimeout, and what there will be.
        _ => KmsFailure.Unavailable,
    };

    private static string Advice(KmsFailure failure, string operation) => failure switch
    {
        KmsFailure.Denied => $"Allow kms:{operation} on the key in the key's policy or the role's.",
        KmsFailure.Disabled => "Enable the KMS key, or cancel its deletion.",
        KmsFailure.NotFound => "Check that the KMS key exists in this account and Region.",
        KmsFailure.InvalidCiphertext => "The wrap was altered, or was made under another key or for another tenant.",
        KmsFailure.Misconfigured => "Check the gateway's credentials and section Kms.",
        KmsFailure.Throttled or KmsFailure.LimitExceeded => "Ask for a higher quota of the account, or lower Kms:MaxConcurrentCalls.",
        _ => "It will be tried again.",
    };

    // Without credentials nothing was sent. Everything else broke on the way.
    private static KmsFailure Classify(Exception exception) =>
        exception is AmazonClientException ? KmsFailure.Misconfigured : KmsFailure.Unavailable;
}
