using System.Runtime.CompilerServices;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>
/// One request in protobuf, a ResourceSpans at a time: messages written one behind the other are the message that holds all their fields,
/// so each field is a request of its own.
/// </summary>
internal sealed class ProtobufRequest(InputWindow window) : ITraceSource
{
    public async IAsyncEnumerable<TraceDocument> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0L;
        while (true)
        {
            var length = FieldLength(window.Span, out var isResourceSpans);
            if (length > 0)
            {
                if (isResourceSpans)
                {
                    yield return Document(++number, window.Memory[..length]);
                }

                window.Advance(length);
            }
            else if (!window.IsLast && !window.IsFull)
            {
                await window.FillAsync(cancellationToken);
            }
            else if (window.Length == 0)
            {
                break;
            }
            else if (!window.IsLast)
            {
                throw TraceLimits.TooLong(new TracePlace(number + 1, IsLine: false), "one ResourceSpans");
            }
            else
            {
                // Whoever reads it finds out that it is broken.
                yield return Document(++number, window.Memory);
                break;
            }
        }
    }

    private static TraceDocument Document(long number, ReadOnlyMemory<byte> bytes) =>
        new(
            new TracePlace(number, IsLine: false),
            bytes,
            ProtobufTraceEncoding.Instance,
            Origin: new TraceOrigin(TraceFraming.Whole, 0, bytes.Length));

    /// <summary>0 when the field does not end where the bytes do, or is none.</summary>
    private static int FieldLength(ReadOnlySpan<byte> bytes, out bool isResourceSpans)
    {
        var reader = new WireReader(bytes);
        var isWhole = reader.Read();
        isResourceSpans = reader is { Field: TraceFields.RequestResourceSpans, Type: WireType.LengthDelimited };
        return isWhole ? reader.ValueEnd : 0;
    }
}
