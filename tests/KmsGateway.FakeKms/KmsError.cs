namespace KmsGateway.FakeKms;

/// <summary>An error as AWS KMS gives it: https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html and of each operation.</summary>
internal sealed class KmsError(string code, string message, int status = StatusCodes.Status400BadRequest) : Exception(message)
{
    public string Code { get; } = code;

    public int Status { get; } = status;

    public static KmsError NotFound(string key) => new("NotFoundException", $"Key '{key}' does not exist");

    public static KmsError Disabled(string arn) => new("DisabledException", $"{arn} is disabled.");

    public static KmsError PendingDeletion(string arn) => new("KMSInvalidStateException", $"{arn} is pending deletion.");

    public static KmsError InvalidCiphertext() => new("InvalidCiphertextException", "");

    public static KmsError IncorrectKey() =>
        new("IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation.");

    public static KmsError Validation(string message) => new("ValidationException", message);
}
