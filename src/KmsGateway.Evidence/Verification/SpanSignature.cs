using System.Text;
using System.Text.Unicode;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Evidence.Verification;

/// <summary>Collects the reserved attributes of a span, and what identifies it in a report. Reused from span to span.</summary>
internal sealed class SpanSignature : AttributeTexts
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private string _key = "";

    /// <summary>A reserved attribute occurs twice, or is anything but a key and a text.</summary>
    public bool IsMalformed { get; private set; }

    public bool HasAny => _values.Count > 0 || IsMalformed;

    public int Count => _values.Count;

    public string TraceId { get; private set; } = "";

    public string SpanId { get; private set; } = "";

    public string Name { get; private set; } = "";

    public string? this[string key] => _values.GetValueOrDefault(key);

    public void Reset()
    {
        _values.Clear();
        IsMalformed = false;
    }

    protected override bool Wants(ReadOnlySpan<byte> key)
    {
        var isReserved = SignatureAttributes.Reserved.Matches(key);
        _key = isReserved ? Encoding.ASCII.GetString(key) : "";
        return isReserved;
    }

    protected override void Text(ReadOnlySpan<byte> utf8) =>
        IsMalformed |= !Utf8.IsValid(utf8) || !_values.TryAdd(_key, Encoding.UTF8.GetString(utf8));

    protected override void NotText() => IsMalformed = true;

    protected override void Issue() => IsMalformed |= IsWanted;

    protected override void Core(in SpanCore core)
    {
        TraceId = Convert.ToHexStringLower(core.TraceId);
        SpanId = Convert.ToHexStringLower(core.SpanId);
        Name = Encoding.UTF8.GetString(core.Name);
    }
}
