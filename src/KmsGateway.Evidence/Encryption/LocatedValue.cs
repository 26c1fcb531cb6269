using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Encryption;

/// <summary>An encrypted value in a request, and where it stands there.</summary>
public sealed class LocatedValue
{
    internal LocatedValue(ValueLocation location, string text, in AttributeView attribute, bool hasIssues)
    {
        (Location, Text, Attribute, HasIssues) = (location, text, attribute, hasIssues);
    }

    public ValueLocation Location { get; }

    /// <summary>The encrypted value.</summary>
    public string Text { get; }

    internal AttributeView Attribute { get; }

    /// <summary>Something else is wrong with its KeyValue.</summary>
    internal bool HasIssues { get; }
}
