namespace KmsGateway.Cryptography;

/// <summary>Names of JWS algorithms (RFC 7518, RFC 8037).</summary>
public static class SigningAlgorithm
{
    /// <summary>Ed25519 only. RFC 9864 deprecates the name for <c>Ed25519</c>; it is kept because JOSE libraries know it.</summary>
    public const string EdDsa = "EdDSA";

    /// <summary>ECDSA on P-256 with SHA-256: what those have who may use approved algorithms only.</summary>
    public const string Es256 = "ES256";

    public static IReadOnlyList<string> All { get; } = [EdDsa, Es256];
}
