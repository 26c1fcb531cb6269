using System.Text.Json;

namespace KmsGateway.EndToEnd.Tests.Wire;

/// <summary>Takes our attributes out of a JSON request where they lie, so that every byte left can be compared.</summary>
internal static class JsonDifference
{
    public static byte[] WithoutSignatures(byte[] received)
    {
        var rest = new MemoryStream();
        var copied = 0;
        foreach (var (start, end) in OurAttributes(received))
        {
            // The comma that separates it came with it.
            var cut = received[start - 1] == (byte)',' ? start - 1 : start;
            rest.Write(received, copied, cut - copied);
            copied = end;
        }

        rest.Write(received, copied, received.Length - copied);
        return rest.ToArray();
    }

    private static List<(int Start, int End)> OurAttributes(byte[] json)
    {
        var found = new List<(int Start, int End)>();
        var open = new Stack<(int Start, bool Ours)>();
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    open.Push(((int)reader.TokenStartIndex, false));
                    break;
                case JsonTokenType.PropertyName when reader.ValueTextEquals("key"u8):
                    reader.Read();
                    if (reader.TokenType == JsonTokenType.String
                        && reader.GetString()!.StartsWith("audit.integrity.", StringComparison.Ordinal))
                    {
                        open.Push((open.Pop().Start, true));
                    }

                    break;
                case JsonTokenType.EndObject:
                    var (start, ours) = open.Pop();
                    if (ours)
                    {
                        found.Add((start, (int)reader.BytesConsumed));
                    }

                    break;
                default:
                    break;
            }
        }

        return found;
    }
}
