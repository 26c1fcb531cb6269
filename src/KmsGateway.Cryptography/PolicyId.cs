using System.Security.Cryptography;

namespace KmsGateway.Cryptography;

/// <summary>How statements name the policy they were signed under (docs/format.md, S-5): b64u of the first half of its SHA-256.</summary>
public static class PolicyId
{
    public const int Bytes = 16;

    public static string Of(ReadOnlySpan<byte> document) => Base64UrlText.Encode(SHA256.HashData(document).AsSpan(0, Bytes));
}
