using System.Text.Json;
using KmsGateway.Cli.Gateways;

namespace KmsGateway.Cli.Commands;

/// <summary>The unwrapped keys of a gateway, in a line.</summary>
internal static class CacheText
{
    public static string Of(JsonElement cache) =>
        $"cache: {cache.GetProperty("keys").GetInt32()} of at most {cache.GetProperty("capacity").GetInt32()} keys, "
        + $"each for {cache.Seconds("lifetimeSeconds"):c}";
}
