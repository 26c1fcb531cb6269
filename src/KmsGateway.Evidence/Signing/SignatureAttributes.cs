using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Signing;

/// <summary>The reserved span attributes that carry a signature, or the reason why there is none.</summary>
public static class SignatureAttributes
{
    public const string Canonicalization = "audit.integrity.canonicalization";
    public const string Algorithm = "audit.integrity.algorithm";
    public const string KeyId = "audit.integrity.key_id";
    public const string Signer = "audit.integrity.signer";
    public const string Statement = "audit.integrity.statement";
    public const string Value = "audit.integrity.value";
    public const string Proof = "audit.integrity.proof";
    public const string Error = "audit.integrity.error";

    /// <summary>The OpenTelemetry audit draft reads an absent signer as the producer of the span.</summary>
    public const string SignerCollector = "collector";

    /// <summary>Nothing a client sends is taken for our signature: a reserved key that comes in gets this suffix.</summary>
    public static ReadOnlySpan<byte> RenamedSuffix => ".0"u8;

    public static KeyPatterns Reserved { get; } = new([Canonicalization, Algorithm, KeyId, Signer, Statement, Value, Proof, Error]);
}
