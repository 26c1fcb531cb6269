namespace KmsGateway.Proxy.Protection;

/// <summary>Section <c>Signing:Coverage</c>: the attributes that signatures cover. An empty list means its default.</summary>
internal sealed class CoverageOptions
{
    /// <value>Span attributes. Default <c>*</c>.</value>
    public IList<string> Attributes { get; } = [];

    /// <value>Resource attributes. Default <c>compliance.*</c>, <c>service.name</c>.</value>
    public IList<string> Resource { get; } = [];
}
