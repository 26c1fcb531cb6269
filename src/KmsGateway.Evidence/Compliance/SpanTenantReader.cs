using System.Text;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Compliance;

/// <summary>
/// Reads which tenant a span names: its own attribute, or else its resource's. Reused from span to span; a resource is read once.
/// </summary>
public sealed class SpanTenantReader : AttributeTexts
{
    private readonly byte[] _key;
    private Range? _resourceSpans;
    private (int Count, string? Name) _ofResource;
    private (int Count, string? Name) _read;

    public SpanTenantReader(string key)
    {
        _key = Encoding.UTF8.GetBytes(key);
    }

    /// <summary>The last span, or its resource, has the attribute.</summary>
    public bool IsPresent { get; private set; }

    /// <summary>The name; null if there is none, or no single text: two names are no name.</summary>
    public string? Name { get; private set; }

    /// <summary>Forgets the body.</summary>
    public void Reset() => _resourceSpans = null;

    /// <summary>Reads a span. An error means that the whole request cannot be decoded.</summary>
    public OtlpError Read(ITraceEncoding encoding, ReadOnlySpan<byte> body, in SpanView span)
    {
        _read = default;
        var error = encoding.ReadSpan(body, span, this);
        if (error == OtlpError.None && _read.Count == 0)
        {
            if (!span.ResourceSpans.Equals(_resourceSpans))
            {
                error = encoding.ReadResource(body, span, this);
                _ofResource = _read;
                _resourceSpans = span.ResourceSpans;
            }

            _read = _ofResource;
        }

        (IsPresent, Name) = (_read.Count > 0, _read.Name);
        return error;
    }

    protected override bool Wants(ReadOnlySpan<byte> key) => key.SequenceEqual(_key);

    protected override void Text(ReadOnlySpan<byte> utf8) =>
        Add(utf8.Length is > 0 and <= TenantId.MaxLength ? Encoding.UTF8.GetString(utf8) : null);

    protected override void NotText() => Add(name: null);

    private void Add(string? name) => _read = _read.Count == 0 ? (1, name) : (_read.Count + 1, null);
}
