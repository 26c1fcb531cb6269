using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Encryption;

/// <summary>
/// What an encrypted value was: a value in canonical form, or a whole KeyValue that has none (docs/format.md, E-7). Disposing clears it.
/// </summary>
public sealed class DecryptedValue : IDisposable
{
    private readonly byte[] _plaintext;

    private DecryptedValue(byte[] plaintext)
    {
        _plaintext = plaintext;
    }

    /// <summary>The encoding of <see cref="KeyValue"/>; null if it is a value in canonical form.</summary>
    public ITraceEncoding? Encoding => EncodingOf(_plaintext);

    /// <summary>Of what was encrypted, in bytes.</summary>
    public int Length => _plaintext.Length;

    /// <summary>The value in canonical form.</summary>
    public ReadOnlySpan<byte> Json => Encoding is null ? _plaintext : throw new InvalidOperationException("It has no canonical form.");

    /// <summary>The content of the message, or the JSON object.</summary>
    public ReadOnlySpan<byte> KeyValue => Encoding is null ? throw new InvalidOperationException("It is no KeyValue.") : _plaintext.AsSpan(1);

    /// <summary>Takes a plaintext that is one.</summary>
    /// <param name="plaintext">Belongs to the value if it is one.</param>
    /// <param name="canonical">Reads values that should be in canonical form.</param>
    /// <param name="value">The value.</param>
    public static bool TryTake(byte[] plaintext, CanonicalValue canonical, [NotNullWhen(true)] out DecryptedValue? value)
    {
        value = EncodingOf(plaintext) is not null || canonical.Read(plaintext) ? new DecryptedValue(plaintext) : null;
        return value is not null;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_plaintext);

    /// <summary>Never the value: this text may end in a log.</summary>
    public override string ToString() => nameof(DecryptedValue);

    private static ITraceEncoding? EncodingOf(ReadOnlySpan<byte> plaintext) =>
        plaintext.IsEmpty ? null
        : plaintext[0] == ProtobufTraceEncoding.Instance.RawValueMark ? ProtobufTraceEncoding.Instance
        : plaintext[0] == JsonTraceEncoding.Instance.RawValueMark ? JsonTraceEncoding.Instance
        : null;
}
