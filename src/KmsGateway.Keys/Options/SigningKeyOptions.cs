using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Options;

/// <summary>What section <c>Signing</c> says of keys. What is signed with them is not this project's concern.</summary>
internal sealed class SigningKeyOptions
{
    public const string Section = "Signing";

    /// <summary>For what the root and the tenants' keys are made, on the first start: an installation keeps it.</summary>
    /// <value>
    /// Default <c>EdDSA</c>: Ed25519, by libsodium. <c>ES256</c>: ECDSA on P-256, by OpenSSL; libsodium is then not loaded.
    /// </value>
    public string Algorithm { get; set; } = SigningAlgorithm.EdDsa;
}
