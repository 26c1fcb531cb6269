using System.Security.Cryptography;

namespace KmsGateway.Proxy.Tenancy.Credentials;

/// <summary>A SHA-256 in hex, as tools print it: with colons or without, large or small.</summary>
internal static class Fingerprint
{
    public static string Normalize(string text) => text.Replace(":", string.Empty, StringComparison.Ordinal).ToLowerInvariant();

    public static bool IsValid(string text) =>
        Normalize(text) is { Length: SHA256.HashSizeInBytes * 2 } hex && hex.All(char.IsAsciiHexDigit);
}
