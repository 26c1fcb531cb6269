namespace KmsGateway.Keys.Providers;

/// <summary>A new signing key.</summary>
/// <param name="Wraps">Its private part, once for each Region.</param>
/// <param name="PublicKey">Raw: <see cref="Cryptography.VerificationKey.Bytes"/>.</param>
/// <param name="MadeLocally">Whether this program made it, and so held it in memory, and not the KMS.</param>
internal sealed record WrappedSigningKey(IReadOnlyList<KeyWrap> Wraps, byte[] PublicKey, bool MadeLocally);
