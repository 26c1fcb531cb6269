namespace KmsGateway.Cli.Sending;

/// <param name="Key">The attribute's key.</param>
/// <param name="Value">A string, a boolean, or a number that is an unsigned 32-bit integer: all that samples need.</param>
internal sealed record SampleAttribute(string Key, object Value);
