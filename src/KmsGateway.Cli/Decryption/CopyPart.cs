namespace KmsGateway.Cli.Decryption;

/// <summary>A piece of a copy: bytes that stay, or a document.</summary>
internal readonly record struct CopyPart(ReadOnlyMemory<byte> Text, EncryptedDocument? Document);
