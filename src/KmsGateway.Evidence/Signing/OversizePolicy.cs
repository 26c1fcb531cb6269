using KmsGateway.Cryptography;

namespace KmsGateway.Evidence.Signing;

/// <summary>What becomes of spans with an attribute that a store may cut (docs/format.md, U-17).</summary>
/// <param name="Bytes">The longest key and the longest value that the store keeps.</param>
/// <param name="On">What is done about longer ones.</param>
public sealed record OversizePolicy(int Bytes, OnOversize On)
{
    /// <summary>What Tempo keeps of an attribute unless its <c>max_attribute_bytes</c> says otherwise.</summary>
    public const int DefaultBytes = 2_048;

    public static OversizePolicy Default { get; } = new(DefaultBytes, OnOversize.Warn);

    internal void Write(CanonicalJsonWriter writer)
    {
        writer.BeginObject();
        writer.Name("bytes"u8);
        writer.Integer(Bytes);
        writer.Name("on"u8);
        writer.String(On == OnOversize.Mark ? "mark"u8 : "warn"u8);
        writer.EndObject();
    }
}
