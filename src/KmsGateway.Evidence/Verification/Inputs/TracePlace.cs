namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>Where in a file a document stands: by its line, or where a file has no lines by its number, both from 1.</summary>
public readonly record struct TracePlace(long Number, bool IsLine)
{
    public override string ToString() => IsLine ? $"line {Number}" : $"request {Number}";
}
