namespace KmsGateway.Keys.Providers;

/// <summary>A new signing key: its private part wrapped, its public part raw (<see cref="Cryptography.VerificationKey.Bytes"/>).</summary>
internal sealed record WrappedSigningKey(KeyWrap Wrap, byte[] PublicKey);
