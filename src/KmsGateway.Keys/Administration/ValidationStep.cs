namespace KmsGateway.Keys.Administration;

/// <summary>One thing that the gateway needs of its KMS, tried.</summary>
/// <param name="Status"><c>ok</c>, <c>failed</c> or <c>skipped</c>.</param>
/// <param name="Milliseconds">How long it took; null if it was skipped.</param>
/// <param name="Error">Why it failed, as a code.</param>
/// <param name="Recommendation">What to do about it.</param>
public sealed record ValidationStep(string Step, string Status, double? Milliseconds, string? Error, string? Recommendation);
