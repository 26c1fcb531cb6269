using Amazon.Runtime;

namespace KmsGateway.Keys.Providers.Aws;

/// <summary>What an error of AWS KMS means for the key that was asked for.</summary>
/// <remarks>
/// By code: throttling, denial and tokens that ran out have no exception types of their own. Codes:
/// https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors and CommonErrors.
/// </remarks>
internal static class AwsErrors
{
    public static KmsException Explain(string operation, Exception exception)
    {
        if (exception is not AmazonServiceException { ErrorCode: { Length: > 0 } code } service)
        {
            return new KmsException(Classify(exception), $"AWS KMS gave no answer to {operation} ({exception.GetType().Name}).", exception);
        }

        return new KmsException(Classify(code), $"AWS KMS answered {operation} with {code} (request {service.RequestId}).", exception);
    }

    public static KmsFailure Classify(string code) => code switch
    {
        "AccessDeniedException" or "AccessDenied" => KmsFailure.Denied,
        "DisabledException" or "KMSInvalidStateException" or "InvalidGrantTokenException" => KmsFailure.Denied,
        "NotFoundException" => KmsFailure.NotFound,
        "InvalidCiphertextException" or "IncorrectKeyException" or "InvalidKeyUsageException" => KmsFailure.InvalidCiphertext,

        // Of the gateway and not of the key: it stays in use while somebody sees to them.
        "ExpiredTokenException" or "ExpiredToken" or "UnrecognizedClientException" or "InvalidClientTokenId" or "InvalidSignatureException"
            or "IncompleteSignature" or "MissingAuthenticationToken" or "ValidationException" => KmsFailure.Misconfigured,

        // KMSInternal, KeyUnavailable, DependencyTimeout, Throttling, LimitExceeded, and what there will be.
        _ => KmsFailure.Unavailable,
    };

    // Without credentials nothing was sent. Everything else broke on the way.
    private static KmsFailure Classify(Exception exception) =>
        exception is AmazonClientException ? KmsFailure.Misconfigured : KmsFailure.Unavailable;
}
