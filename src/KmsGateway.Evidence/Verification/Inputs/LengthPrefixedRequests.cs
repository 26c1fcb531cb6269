using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>
/// Requests in protobuf, each behind its length in four bytes: what the collector's file exporter writes with <c>format: proto</c>.
/// https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/fileexporter
/// </summary>
internal sealed class LengthPrefixedRequests(InputWindow window) : ITraceSource
{
    public const int LengthSize = sizeof(uint);

    public async IAsyncEnumerable<TraceDocument> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0L;
        while (true)
        {
            var place = new TracePlace(number + 1, IsLine: false);
            var needed = Needed(window.Span);
            if (window.Length >= needed)
            {
                number++;
                yield return new TraceDocument(
                    place,
                    window.Memory[LengthSize..(int)needed],
                    ProtobufTraceEncoding.Instance,
                    Origin: new TraceOrigin(TraceFraming.LengthPrefixed, 0, (int)needed));
                window.Advance((int)needed);
            }
            else if (window.IsLast)
            {
                if (window.Length > 0)
                {
                    yield return new TraceDocument(
                        place, window.Memory, ProtobufTraceEncoding.Instance, Error: OtlpError.BrokenProtobuf);
                }

                break;
            }
            else if (window.IsFull)
            {
                throw TraceLimits.TooLong(place, "one request");
            }
            else
            {
                await window.FillAsync(cancellationToken);
            }
        }
    }

    private static long Needed(ReadOnlySpan<byte> bytes) =>
        bytes.Length < LengthSize ? LengthSize : LengthSize + (long)BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
