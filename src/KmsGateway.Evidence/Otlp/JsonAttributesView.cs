namespace KmsGateway.Evidence.Otlp;

/// <summary>Where in a JSON span an attribute can be added.</summary>
public struct JsonAttributesView
{
    public JsonAttributesForm Form;

    /// <summary>The closing bracket of the array, the null literal, or the closing brace of a span without the member.</summary>
    public int Position;

    /// <summary>Something stands before the closing bracket or brace, so a comma is due.</summary>
    public bool NeedsComma;
}
