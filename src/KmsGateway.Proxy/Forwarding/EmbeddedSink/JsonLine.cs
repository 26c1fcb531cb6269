using System.Buffers;
using System.Text.Json;

namespace KmsGateway.Proxy.Forwarding.EmbeddedSink;

/// <summary>Copies a JSON object onto one line: every byte of it but the white space between tokens.</summary>
internal static class JsonLine
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1_000 };

    public static bool TryWrite(ReadOnlySpan<byte> json, IBufferWriter<byte> line)
    {
        if (!IsObject(json))
        {
            return false;
        }

        var inString = false;
        var start = 0;
        for (var i = 0; i < json.Length; i++)
        {
            switch (json[i])
            {
                case (byte)'"':
                    inString = !inString;
                    break;
                case (byte)'\\':
                    i++;
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' when !inString:
                    line.Write(json[start..i]);
                    start = i + 1;
                    break;
            }
        }

        line.Write(json[start..]);
        return true;
    }

    private static bool IsObject(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
