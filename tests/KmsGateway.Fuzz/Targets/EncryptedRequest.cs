using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Fuzz.Targets;

/// <summary>A request and where its sensitive attributes are, before or after they are encrypted.</summary>
internal sealed class EncryptedRequest(ITraceEncoding encoding, SensitiveKeys keys)
{
    private readonly OtlpLimits _limits = new();

    public byte[] Body { get; private set; } = [];

    public TraceScan Scan { get; } = new();

    public AttributeSearch Search { get; } = new() { OfSpans = keys.OfSpans, OfOthers = keys.Patterns };

    /// <summary>Of the attributes, in the order of the bytes.</summary>
    public IReadOnlyList<AttributeView> Attributes { get; private set; } = [];

    public OtlpError TryFind(byte[] body, KeyPatterns rules, bool allSpans)
    {
        Body = body;
        Scan.Reset();
        Search.Reset();
        Scan.TakesAll = allSpans;
        var error = encoding.Scan(body, rules, SignatureAttributes.Reserved, _limits, Scan);
        for (var i = 0; i < Scan.Spans.Length && error == OtlpError.None; i++)
        {
            if (allSpans || Scan.Spans[i].IsWanted)
            {
                error = encoding.FindAttributes(body, Scan, i, Search, out _);
            }
        }

        var attributes = new List<AttributeView>();
        foreach (var span in Search.Spans)
        {
            attributes.AddRange(Search.Of(span));
        }

        Attributes = attributes;
        return error;
    }
}
