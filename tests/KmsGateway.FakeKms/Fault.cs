namespace KmsGateway.FakeKms;

/// <summary>What goes wrong with calls.</summary>
/// <param name="Kind">One of the README's kinds.</param>
/// <param name="Operation">With this one only; null for all.</param>
/// <param name="Times">How many calls; null for all.</param>
/// <param name="Milliseconds">Latency.</param>
/// <param name="Jitter">So much more or less latency, evenly spread.</param>
/// <param name="Region">In this one only; null for all.</param>
/// <param name="After">So many calls pass before the first that it hits.</param>
/// <param name="Percent">Of the calls that it could hit, so many.</param>
public sealed record Fault(
    string Kind, string? Operation = null, int? Times = null, int Milliseconds = 0, int Jitter = 0, string? Region = null, int Percent = 100,
    int After = 0);
