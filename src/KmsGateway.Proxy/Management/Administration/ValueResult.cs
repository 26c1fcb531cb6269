using KmsGateway.Evidence.Encryption;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>What a value was, or why it is not decrypted.</summary>
/// <param name="Clear">Null with an error.</param>
/// <param name="Code">What is wrong, in a word of the API.</param>
/// <param name="Message">What is wrong, and what to do.</param>
internal sealed record ValueResult(DecryptedValue? Clear, string? Code, string? Message)
{
    public static ValueResult Of(DecryptedValue clear) => new(clear, null, null);

    public static ValueResult Refused(string code, string message) => new(null, code, message);
}
