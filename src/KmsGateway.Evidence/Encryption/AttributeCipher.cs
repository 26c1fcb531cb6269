using System.Text;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Evidence.Encryption;

/// <summary>Encrypts the values of attributes where they stand in a request (docs/format.md, section 13). Reused from one to the next.</summary>
/// <param name="limits">Bounds beyond which a value has no canonical form.</param>
public sealed class AttributeCipher(OtlpLimits limits)
{
    private static readonly byte[] WithheldValue = Encoding.ASCII.GetBytes(EncryptedValue.Withheld);

    private readonly CanonicalValue _value = new(limits);
    private readonly ValuePlace _place = new();
    private byte[] _raw = [];

    /// <summary>What is wrong with the last attribute: its span has no canonical form, as if the value were still there.</summary>
    public SpanIssues Issues { get; private set; }

    /// <summary>Sets the span to which the next attributes belong.</summary>
    public void SetSpan(string tenant, ITraceEncoding encoding, ReadOnlySpan<byte> body, in FoundSpan span) =>
        _place.SetSpan(tenant, encoding, body, span);

    /// <summary>Encrypts one value. An error means that the whole request cannot be decoded.</summary>
    public OtlpError Encrypt(
        ITraceEncoding encoding, ReadOnlySpan<byte> body, in AttributeView attribute, ValueEncryptor encryptor, TraceSplicer splicer)
    {
        if (Read(encoding, body, attribute) is var error && error != OtlpError.None)
        {
            return error;
        }

        var key = encoding.ReadKey(body, attribute);
        var isRenamed = attribute.Scope == AttributeScope.Span && SignatureAttributes.Reserved.Matches(key);
        _place.SetAttribute(attribute.Scope, key, isRenamed ? SignatureAttributes.RenamedSuffix : default);
        var plaintext = Issues == SpanIssues.None ? _value.Json : Raw(encoding, body[attribute.KeyValue]);
        encryptor.Encrypt(
            plaintext,
            _place.Json,
            encoding.ReplaceValue(splicer, body, attribute, EncryptedValue.LengthOf(plaintext.Length)));
        return OtlpError.None;
    }

    /// <summary>Takes one value out, because there is no key for it. An error means that the whole request cannot be decoded.</summary>
    public OtlpError Withhold(ITraceEncoding encoding, ReadOnlySpan<byte> body, in AttributeView attribute, TraceSplicer splicer)
    {
        if (Read(encoding, body, attribute) is var error && error != OtlpError.None)
        {
            return error;
        }

        WithheldValue.CopyTo(encoding.ReplaceValue(splicer, body, attribute, WithheldValue.Length));
        return OtlpError.None;
    }

    /// <summary>Gives back what one large value has stretched.</summary>
    public void Reset()
    {
        _value.Reset();
        _raw = [];
    }

    // What a large value becomes is several times as large, and would not be signed: it is not read (docs/format.md, U-3).
    private OtlpError Read(ITraceEncoding encoding, ReadOnlySpan<byte> body, in AttributeView attribute)
    {
        if (attribute.KeyValue.End.Value - attribute.KeyValue.Start.Value > limits.MaxAttributeBytes)
        {
            Issues = SpanIssues.Size;
            return OtlpError.None;
        }

        var error = _value.Read(encoding, body, attribute);
        Issues = _value.Issues;
        return error;
    }

    // Nothing is lost, and nothing passes in clear, because it is not as it should be.
    private ReadOnlySpan<byte> Raw(ITraceEncoding encoding, ReadOnlySpan<byte> keyValue)
    {
        _raw = [encoding.RawValueMark, .. keyValue];
        return _raw;
    }
}
