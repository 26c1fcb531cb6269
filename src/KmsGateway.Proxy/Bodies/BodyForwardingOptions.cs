namespace KmsGateway.Proxy.Bodies;

/// <summary>Section <c>Upstream</c>, the part about bodies.</summary>
internal sealed class BodyForwardingOptions
{
    public const string Section = "Upstream";
    public const string Identity = "identity";
    public const string Same = "same";

    /// <value>
    /// How bodies of traces go on that came compressed: <c>identity</c>, the default: as they are, because time is dearer than bytes next to
    /// the upstream; <c>same</c>: compressed as the client did it.
    /// </value>
    public string Coding { get; set; } = Identity;
}
