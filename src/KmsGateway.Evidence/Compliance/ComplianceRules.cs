using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Compliance;

/// <summary>Which spans are compliance spans: those with a span or resource attribute whose key matches.</summary>
public sealed class ComplianceRules
{
    public static readonly ComplianceRules Default = new(new KeyPatterns(["compliance.*"]));

    public ComplianceRules(KeyPatterns keys)
    {
        Keys = keys;
    }

    public KeyPatterns Keys { get; }
}
