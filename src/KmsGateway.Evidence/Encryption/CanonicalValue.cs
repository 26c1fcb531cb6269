using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Evidence.Encryption;

/// <summary>The canonical form of the value of one attribute, or what is wrong with it. Reused from one to the next.</summary>
public sealed class CanonicalValue : CanonicalValues
{
    // An attribute alone is a map of one entry, here under the empty key: what stands around its value.
    private static ReadOnlySpan<byte> Before => "{\"\":"u8;

    private static ReadOnlySpan<byte> After => "}"u8;

    private bool _isOutermost;

    /// <param name="limits">Bounds beyond which it has none; null without.</param>
    public CanonicalValue(OtlpLimits? limits)
        : base(limits)
    {
    }

    /// <summary>What is wrong with key or value.</summary>
    public SpanIssues Issues { get; private set; }

    /// <summary>The value, if there are no <see cref="Issues"/>.</summary>
    public ReadOnlySpan<byte> Json => Writer.Written[Before.Length..^After.Length];

    /// <summary>Reads an attribute. An error means that the whole request cannot be decoded.</summary>
    public OtlpError Read(ITraceEncoding encoding, ReadOnlySpan<byte> body, in AttributeView attribute)
    {
        Begin();
        var error = encoding.ReadAttribute(body, attribute, this);
        End();
        return error;
    }

    /// <summary>Reads a value that is in canonical form already, to see whether it is.</summary>
    /// <returns>Whether it is.</returns>
    public bool Read(ReadOnlySpan<byte> json)
    {
        Begin();
        Key(default);
        var isValue = CanonicalValueReader.TryRead(json, this);
        End();
        return isValue && Issues == SpanIssues.None && Json.SequenceEqual(json);
    }

    /// <summary>Gives back what one large value has stretched.</summary>
    public void Reset()
    {
        Writer.Reset();
        Maps.Reset();
    }

    private protected override void Key(ReadOnlySpan<byte> utf8)
    {
        if (!_isOutermost)
        {
            base.Key(utf8);
            return;
        }

        _isOutermost = false;
        if (!System.Text.Unicode.Utf8.IsValid(utf8))
        {
            Issues |= SpanIssues.InvalidUtf8;
        }

        base.Key(default);
    }

    private protected override void Issue(SpanGroup group, SpanIssues issue) => Issues |= issue;

    private void Begin()
    {
        Writer.Reset();
        Maps.Reset();
        Issues = SpanIssues.None;
        _isOutermost = true;
        Maps.Begin();
    }

    private void End() => Maps.End();
}
