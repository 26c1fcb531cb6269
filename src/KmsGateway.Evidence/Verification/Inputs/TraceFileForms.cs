using System.Buffers;

namespace KmsGateway.Evidence.Verification.Inputs;

internal static class TraceFileForms
{
    private const byte ResourceSpansTag = 0x0A;

    // A length of more than 150 MB would begin with a higher byte; the first byte of a JSON text or a request is one as well.
    private const byte LargestFirstByteOfLength = 0x08;

    public static ReadOnlySpan<byte> Gzip => [0x1F, 0x8B];

    public static ReadOnlySpan<byte> JsonWhiteSpace => " \t\n\r"u8;

    public static bool IsGzip(ReadOnlySequence<byte> start) =>
        start.Length >= Gzip.Length && start.Slice(0, Gzip.Length).ToArray().AsSpan().SequenceEqual(Gzip);

    /// <summary>JSON first: a request may begin with a line feed and a brace, which as protobuf is a tag and a length.</summary>
    public static TraceFileForm Recognise(ReadOnlySpan<byte> start, bool isAll)
    {
        var rest = start.TrimStart(JsonWhiteSpace);
        if (rest.IsEmpty)
        {
            return isAll ? TraceFileForm.Json : TraceFileForm.Undecided;
        }

        if (rest[0] == '{')
        {
            rest = rest[1..].TrimStart(JsonWhiteSpace);
            if (rest is [(byte)'}', ..] or [(byte)'"', >= 0x20, ..])
            {
                return TraceFileForm.Json;
            }
        }

        if (rest.Length < 2 && !isAll)
        {
            return TraceFileForm.Undecided;
        }

        return start switch
        {
            [ResourceSpansTag, ..] => TraceFileForm.Protobuf,
            [<= LargestFirstByteOfLength, ..] => TraceFileForm.LengthPrefixed,
            _ => TraceFileForm.Json,
        };
    }
}
