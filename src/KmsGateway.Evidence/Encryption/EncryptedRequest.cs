using System.Diagnostics.CodeAnalysis;
using System.Text;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Evidence.Encryption;

/// <summary>
/// A request with encrypted values: where they stand, and the request with the clear ones in their places (docs/format.md, E-12 and E-13).
/// Every other byte stays.
/// </summary>
public sealed class EncryptedRequest
{
    private const int TraceIdSize = 16;
    private const int SpanIdSize = 8;

    private static readonly OtlpLimits NoLimits = new() { MaxSpans = int.MaxValue };
    private static readonly KeyPatterns All = new(["*"]);

    private readonly ReadOnlyMemory<byte> _body;
    private readonly ITraceEncoding _encoding;
    private readonly TraceScan _scan = new();
    private readonly TraceSplicer _splicer = new();
    private readonly AttributeSearch _search = new() { OfSpans = All, OfOthers = All };
    private readonly AttributeText _text = new();
    private readonly List<LocatedValue> _values = [];
    private AttributeRestorer? _restorer;

    private EncryptedRequest(ReadOnlyMemory<byte> body, ITraceEncoding encoding)
    {
        (_body, _encoding) = (body, encoding);
    }

    /// <summary>Span by span, and within one in the order of the bytes.</summary>
    public IReadOnlyList<LocatedValue> Values => _values;

    /// <summary>Finds what is encrypted. An error means that the request cannot be decoded.</summary>
    /// <param name="body">Stays as it is as long as the request is used.</param>
    /// <param name="encoding">Its form.</param>
    /// <param name="request">The request.</param>
    public static OtlpError TryRead(ReadOnlyMemory<byte> body, ITraceEncoding encoding, out EncryptedRequest request)
    {
        request = new EncryptedRequest(body, encoding);
        return request.Find();
    }

    /// <summary>Puts a clear value in the place of an encrypted one.</summary>
    public RestoreRefusal Restore(LocatedValue encrypted, DecryptedValue clear)
    {
        _restorer ??= new AttributeRestorer(_encoding, _splicer);
        return _restorer.Restore(_body.Span, encrypted, clear);
    }

    /// <summary>The request with what was restored, once all of it is.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Complete()
    {
        _splicer.Complete();
        return _splicer.Slices(_body);
    }

    private OtlpError Find()
    {
        var error = _encoding.Scan(_body, All, KeyPatterns.None, NoLimits, _scan);
        for (var i = 0; i < _scan.Spans.Length && error == OtlpError.None; i++)
        {
            _search.Reset();
            error = _encoding.FindAttributes(_body.Span, _scan, i, _search, out var found);
            error = error == OtlpError.None && found > 0 ? Find(_search.Spans[0]) : error;
        }

        _splicer.Reset(_scan, _body.Length);
        return error;
    }

    private OtlpError Find(in FoundSpan span)
    {
        var body = _body.Span;
        var attributes = _search.Of(span);
        var error = OtlpError.None;
        string? tenant = null;
        var isTenantKnown = false;
        for (var i = 0; i < attributes.Length && error == OtlpError.None; i++)
        {
            var attribute = attributes[i];
            if (!MayBeEncrypted(body[attribute.KeyValue])
                || (error = _text.Read(_encoding, body, attribute)) != OtlpError.None
                || _text.Value is not { } text
                || !EncryptedValue.TryParse(text, out _))
            {
                continue;
            }

            var hasIssues = _text.HasIssues;
            if (!isTenantKnown)
            {
                tenant = FindTenant(body, attributes);
                isTenantKnown = true;
            }

            var location = new ValueLocation(
                tenant,
                Hex(span.TraceId, TraceIdSize),
                Hex(span.SpanId, SpanIdSize),
                attribute.Scope,
                _encoding.ReadKey(body, attribute).ToArray());
            _values.Add(new LocatedValue(location, Encoding.ASCII.GetString(text), attribute, hasIssues));
        }

        return error;
    }

    private string Hex(Range id, int size)
    {
        var bytes = new byte[size];
        return _encoding.TryReadId(_body.Span, id, bytes) ? Convert.ToHexStringLower(bytes) : string.Empty;
    }

    // JSON may write any character as an escape.
    private bool MayBeEncrypted(ReadOnlySpan<byte> keyValue) =>
        keyValue.IndexOf("kmsgw-enc/1."u8) >= 0 || (_encoding is JsonTraceEncoding && keyValue.Contains((byte)'\\'));

    /// <summary>The tenant that the span's statement names. Whether it is signed is for a verifier to say.</summary>
    private string? FindTenant(ReadOnlySpan<byte> body, ReadOnlySpan<AttributeView> attributes)
    {
        string? tenant = null;
        foreach (var attribute in attributes)
        {
            if (attribute.Scope == AttributeScope.Span
                && Encoding.UTF8.GetString(_encoding.ReadKey(body, attribute)) == SignatureAttributes.Statement
                && _text.Read(_encoding, body, attribute) == OtlpError.None
                && TryReadTenant(_text.Value, out var named))
            {
                // Of two statements neither says whose the span is.
                if (tenant is not null)
                {
                    return null;
                }

                tenant = named;
            }
        }

        return tenant;
    }

    private static bool TryReadTenant(byte[]? text, [NotNullWhen(true)] out string? tenant)
    {
        tenant = text is not null
            && Base64UrlText.TryDecode(Encoding.UTF8.GetString(text), out var json)
            && Statement.TryParse(json, out var statement)
                ? statement.Tenant
                : null;
        return tenant is not null;
    }
}
