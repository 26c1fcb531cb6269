using System.Text.Json;

namespace KmsGateway.Proxy.Management.Health;

/// <summary>One check of the health JSON.</summary>
/// <param name="Counts">Whether the gateway is down when the check is.</param>
/// <param name="WriteData">Writes the members of <c>data</c>; null: there are none.</param>
internal sealed record HealthCheckResult(string Name, bool IsUp, bool Counts, Action<Utf8JsonWriter>? WriteData = null);
