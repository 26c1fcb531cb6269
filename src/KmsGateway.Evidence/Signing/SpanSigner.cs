using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Signing;

/// <summary>Signs the spans of one tenant with one key and writes the attributes that carry the signature.</summary>
public sealed class SpanSigner
{
    private static readonly byte[] CanonicalizationKey = Encoding.ASCII.GetBytes(SignatureAttributes.Canonicalization);
    private static readonly byte[] AlgorithmKey = Encoding.ASCII.GetBytes(SignatureAttributes.Algorithm);
    private static readonly byte[] KeyIdKey = Encoding.ASCII.GetBytes(SignatureAttributes.KeyId);
    private static readonly byte[] SignerKey = Encoding.ASCII.GetBytes(SignatureAttributes.Signer);
    private static readonly byte[] StatementKey = Encoding.ASCII.GetBytes(SignatureAttributes.Statement);
    private static readonly byte[] ValueKey = Encoding.ASCII.GetBytes(SignatureAttributes.Value);
    private static readonly byte[] CanonicalizationValue = Encoding.ASCII.GetBytes(FormatVersion.Span);
    private static readonly byte[] SignerValue = Encoding.ASCII.GetBytes(SignatureAttributes.SignerCollector);
    private static readonly byte[] ErrorKey = Encoding.ASCII.GetBytes(SignatureAttributes.Error);

    private readonly SigningKey _key;
    private readonly string _tenant;
    private readonly TenantSource _source;
    private readonly Coverage _coverage;
    private readonly string _policy;
    private readonly TimeProvider _time;
    private readonly byte[] _algorithm;
    private readonly byte[] _keyId;
    private readonly byte[] _header;
    private readonly CanonicalJsonWriter _statement = new();
    private byte[] _signingInput = new byte[2048];

    public SpanSigner(SigningKey key, SigningPolicy policy, TenantSource source, TimeProvider time)
        : this(key, policy.Tenant, source, policy.Coverage, policy.Id, time)
    {
    }

    internal SpanSigner(SigningKey key, string tenant, TenantSource source, Coverage coverage, string policy, TimeProvider time)
    {
        _key = key;
        _tenant = tenant;
        _source = source;
        _coverage = coverage;
        _policy = policy;
        _time = time;
        _algorithm = Encoding.ASCII.GetBytes(key.Algorithm);
        _keyId = Encoding.ASCII.GetBytes(key.Kid);
        _header = Jws.Header(key.PublicKey, FormatVersion.SpanTyp);
    }

    /// <summary>Writes the reason why a span is not signed.</summary>
    public static void Mark(string reason, ITraceEncoding encoding, IBufferWriter<byte> output) =>
        encoding.WriteAttribute(output, ErrorKey, Encoding.ASCII.GetBytes(reason), isFirst: true);

    public void Sign(CanonicalSpan span, ITraceEncoding encoding, IBufferWriter<byte> output)
    {
        Span<byte> salt = stackalloc byte[Statement.SaltSize];
        RandomNumberGenerator.Fill(salt);
        Sign(span, UnixNanoseconds.From(_time.GetUtcNow()), salt, encoding, output);
    }

    /// <summary>Signs with a given time and salt: the same span gives the same bytes.</summary>
    internal void Sign(
        CanonicalSpan span, ulong issuedAt, ReadOnlySpan<byte> salt, ITraceEncoding encoding, IBufferWriter<byte> output)
    {
        _statement.Reset();
        Statement.Write(
            _statement, _coverage, span.Digests, issuedAt, _policy, salt, span.SpanId, _source, _tenant, span.TraceId);
        var statement = EncodeSigningInput();

        Span<byte> signature = stackalloc byte[VerificationKey.SignatureSize];
        _key.Sign(_signingInput.AsSpan(0, _header.Length + statement.Length), signature);
        Span<byte> value = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(VerificationKey.SignatureSize)];
        Base64.EncodeToUtf8(signature, value, out _, out _);

        encoding.WriteAttribute(output, CanonicalizationKey, CanonicalizationValue, isFirst: true);
        encoding.WriteAttribute(output, AlgorithmKey, _algorithm, isFirst: false);
        encoding.WriteAttribute(output, KeyIdKey, _keyId, isFirst: false);
        encoding.WriteAttribute(output, SignerKey, SignerValue, isFirst: false);
        encoding.WriteAttribute(output, StatementKey, statement, isFirst: false);
        encoding.WriteAttribute(output, ValueKey, value, isFirst: false);
    }

    /// <summary>Puts header and statement together; gives the encoded statement.</summary>
    private ReadOnlySpan<byte> EncodeSigningInput()
    {
        var length = _header.Length + Base64Url.GetEncodedLength(_statement.Length);
        if (_signingInput.Length < length)
        {
            _signingInput = new byte[length];
        }

        _header.CopyTo(_signingInput, 0);
        Base64Url.EncodeToUtf8(_statement.Written, _signingInput.AsSpan(_header.Length));
        return _signingInput.AsSpan(_header.Length, length - _header.Length);
    }
}
