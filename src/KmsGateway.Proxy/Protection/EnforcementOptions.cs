namespace KmsGateway.Proxy.Protection;

/// <summary>Section <c>Enforcement</c>: what becomes of a compliance span that cannot be signed.</summary>
internal sealed class EnforcementOptions
{
    public const string Enforce = "enforce";

    /// <value><c>enforce</c>: it is not forwarded, and the sender is told to send it again. The only mode of this version.</value>
    public string Mode { get; set; } = Enforce;
}
