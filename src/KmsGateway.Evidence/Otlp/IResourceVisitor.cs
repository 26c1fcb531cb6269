namespace KmsGateway.Evidence.Otlp;

/// <summary>Takes what the spans below a ResourceSpans and a ScopeSpans have in common.</summary>
public interface IResourceVisitor : IAttributeVisitor
{
    /// <summary>Brackets the resource's attributes, which come as one map. A request without a resource gives an empty one.</summary>
    void BeginResource();

    void EndResource();

    void Scope(ReadOnlySpan<byte> name, ReadOnlySpan<byte> version);
}
