namespace KmsGateway.Evidence.Signing;

/// <summary>What is done about a span that a store may cut.</summary>
public enum OnOversize
{
    /// <summary>It is signed, counted and logged.</summary>
    Warn = 0,

    /// <summary>It is not signed, and marked <c>oversize</c>.</summary>
    Mark,
}
