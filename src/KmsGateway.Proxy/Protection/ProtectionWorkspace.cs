using System.Buffers;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Proxy.Protection;

/// <summary>What protecting one body needs and the next one can use again. It holds the inserts until the body has been sent.</summary>
internal sealed class ProtectionWorkspace(OtlpLimits limits, string tenantAttribute)
{
    public OtlpLimits Limits { get; } = limits;

    private readonly Dictionary<int, SpanIssues> _hidden = [];

    public TraceScan Scan { get; } = new();

    public TraceSplicer Splicer { get; } = new();

    public CanonicalSpan Canonical { get; } = new(ReservedKeys.Rename, limits);

    public AttributeSearch Sensitive { get; } = new();

    public AttributeCipher Cipher { get; } = new(limits);

    public SpanOwners Owners { get; } = new();

    /// <summary>Null where all spans of a request are of one tenant.</summary>
    public SpanTenantReader? SpanTenants { get; } = tenantAttribute.Length > 0 ? new SpanTenantReader(tenantAttribute) : null;

    /// <summary>The attributes of the span that is being signed.</summary>
    public ArrayBufferWriter<byte> Attributes { get; } = new(2048);

    /// <summary>What is wrong with values of a span that nobody can see any more.</summary>
    public SpanIssues HiddenIssues(int span) => _hidden.GetValueOrDefault(span);

    public void Hide(int span, SpanIssues issues)
    {
        if (issues != SpanIssues.None)
        {
            _hidden[span] = HiddenIssues(span) | issues;
        }
    }

    public void Reset()
    {
        _hidden.Clear();
        Sensitive.Reset();
        Cipher.Reset();
        Scan.Reset();
        Splicer.Reset(Scan, bodyLength: 0);
        Canonical.Reset();
        SpanTenants?.Reset();
        Attributes.ResetWrittenCount();
    }
}
