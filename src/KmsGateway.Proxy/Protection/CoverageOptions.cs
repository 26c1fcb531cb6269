using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Proxy.Protection;

/// <summary>Section <c>Signing:Coverage</c>: the attributes that signatures cover. An empty list means its default.</summary>
internal sealed class CoverageOptions
{
    /// <value>Span attributes. Default <c>*</c>.</value>
    public IList<string> Attributes { get; } = [];

    /// <value>Resource attributes. Default <c>compliance.*</c>, <c>service.name</c>.</value>
    public IList<string> Resource { get; } = [];

    public Coverage ToCoverage() => new(
        new KeyPatterns(Attributes.Count == 0 ? ["*"] : Attributes),
        new KeyPatterns(Resource.Count == 0 ? ["compliance.*", "service.name"] : Resource));
}
