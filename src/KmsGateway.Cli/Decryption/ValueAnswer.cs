using KmsGateway.Evidence.Encryption;

namespace KmsGateway.Cli.Decryption;

/// <summary>What the gateway says to one value.</summary>
/// <param name="Clear">What it was; null if it is not decrypted.</param>
/// <param name="Code">Why not, in a word.</param>
/// <param name="Message">Why not, and what to do.</param>
internal sealed record ValueAnswer(DecryptedValue? Clear, string Code, string Message)
{
    public static ValueAnswer Of(DecryptedValue clear) => new(clear, "", "");

    public static ValueAnswer Refused(string code, string message) => new(null, code, message);
}
