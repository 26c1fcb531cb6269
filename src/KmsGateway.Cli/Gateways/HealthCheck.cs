namespace KmsGateway.Cli.Gateways;

/// <summary>One check of a gateway's readiness.</summary>
internal sealed record HealthCheck(string Name, string Status, IReadOnlyList<string> Data);
