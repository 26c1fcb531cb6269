using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Proxy.Protection;

/// <summary>Section <c>Compliance</c>: which spans are compliance spans.</summary>
internal sealed class ComplianceOptions
{
    /// <value>Keys of span or resource attributes: a key, or <c>prefix.*</c>. Empty means the default, <c>compliance.*</c>.</value>
    public IList<string> Rules { get; } = [];

    public ComplianceRules ToRules() => Rules.Count == 0 ? ComplianceRules.Default : new ComplianceRules(new KeyPatterns(Rules));
}
