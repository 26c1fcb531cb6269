using System.Text.Json;

namespace KmsGateway.Cli.Gateways;

/// <summary>Bodies of calls.</summary>
internal static class RequestJson
{
    public static byte[] Of(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
