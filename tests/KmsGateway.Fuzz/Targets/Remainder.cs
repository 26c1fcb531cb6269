using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Fuzz.Targets;

/// <summary>
/// A request without its sensitive values: the keys stay, and in protobuf the lengths of the messages around are left out. It finds its own way through
/// the messages, and takes nothing from the gateway's code but where a sensitive KeyValue lies.
/// </summary>
internal static class Remainder
{
    private const int KeyField = 1;

    // From the request to its spans.
    private static readonly int[] WayToSpans = [1, 2, 2];

    public static byte[] Of(EncryptedRequest request)
    {
        using var remainder = new MemoryStream();
        if (request.Search.Spans.IsEmpty)
        {
            remainder.Write(request.Body);
        }
        else if (request.Scan.Nodes.IsEmpty)
        {
            WriteJson(request, remainder);
        }
        else
        {
            int[] cut = [.. request.Attributes.Select(attribute => attribute.KeyValue.Start.Value).Order()];
            WriteMessage(request.Body, new WireReader(request.Body), 0, cut, remainder);
        }

        return remainder.ToArray();
    }

    private static void WriteJson(EncryptedRequest request, MemoryStream remainder)
    {
        var position = 0;
        foreach (var attribute in request.Attributes.OrderBy(attribute => attribute.KeyValue.Start.Value))
        {
            remainder.Write(request.Body.AsSpan(position..attribute.KeyValue.Start.Value));
            remainder.Write(request.Body.AsSpan(attribute.Key));
            position = attribute.KeyValue.End.Value;
        }

        remainder.Write(request.Body.AsSpan(position));
    }

    /// <param name="level">0 to 2 on the way to spans, 3 in a span, 4 and 5 in an event or a link, 6 in a sensitive KeyValue.</param>
    /// <param name="cut">Where sensitive KeyValues begin, in order.</param>
    private static void WriteMessage(byte[] body, WireReader fields, int level, int[] cut, MemoryStream remainder)
    {
        while (fields.Read())
        {
            var inner = Inner(fields, level);
            var isCut = inner == 6 && Array.BinarySearch(cut, fields.ValueStart) >= 0 && fields.Type == WireType.LengthDelimited;
            if (level == 6)
            {
                if (fields is { Field: KeyField, Type: WireType.LengthDelimited })
                {
                    remainder.Write(body.AsSpan(fields.TagStart..fields.ValueEnd));
                }
            }
            else if (isCut || (inner is > 0 and < 6 && HoldsOne(cut, fields.ValueStart, fields.ValueEnd)))
            {
                remainder.Write(body.AsSpan(fields.TagStart..fields.LengthStart));
                WriteMessage(body, fields.Message, inner, cut, remainder);
            }
            else
            {
                remainder.Write(body.AsSpan(fields.TagStart..fields.ValueEnd));
            }
        }

        InvariantException.ThrowIfNot(!fields.IsMalformed, "what holds sensitive attributes is protobuf");
    }

    // 0: not of interest.
    private static int Inner(scoped in WireReader field, int level) => (level, field.Field) switch
    {
        _ when field.Type != WireType.LengthDelimited => 0,
        ( < 3, _) => field.Field == WayToSpans[level] ? level + 1 : 0,
        (3, 9) or (4, 3) or (5, 4) => 6,
        (3, 11) => 4,
        (3, 13) => 5,
        _ => 0,
    };

    private static bool HoldsOne(int[] cut, int start, int end)
    {
        var place = Array.BinarySearch(cut, start);
        place = place < 0 ? ~place : place;
        return place < cut.Length && cut[place] < end;
    }
}
