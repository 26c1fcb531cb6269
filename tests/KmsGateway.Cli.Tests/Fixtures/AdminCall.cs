namespace KmsGateway.Cli.Tests.Fixtures;

/// <param name="Line">Method, path and query.</param>
/// <param name="Once">The idempotency key.</param>
internal sealed record AdminCall(string Line, string Body, string? Once);
