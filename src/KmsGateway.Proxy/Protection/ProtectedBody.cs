using System.Buffers;
using System.IO.Pipelines;
using CommunityToolkit.HighPerformance;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Proxy.Bodies;

namespace KmsGateway.Proxy.Protection;

/// <summary>
/// What goes to the upstream: the message that was scanned, as slices of the client's bytes and of what the gateway adds. Never the
/// compressed bytes as they came: an upstream might inflate them to something else than the gateway did.
/// </summary>
internal sealed class ProtectedBody : IDisposable
{
    private readonly ReadOnlySequence<byte> _bytes;
    private readonly LeasedBuffer? _compressed;

    private ProtectedBody(ReadOnlySequence<byte> bytes, ContentCoding coding, LeasedBuffer? compressed)
    {
        _bytes = bytes;
        _compressed = compressed;
        Coding = coding;
    }

    public ContentCoding Coding { get; }

    public long Length => _bytes.Length;

    /// <summary>More than once: whoever sent it before may not be done with it.</summary>
    public int TimesOpened { get; private set; }

    public static ProtectedBody Create(TraceSplicer splicer, ReadOnlyMemory<byte> message, ContentCoding coding, bool isGrpc, AdmissionLease lease)
    {
        if (coding == ContentCoding.Identity)
        {
            return new ProtectedBody(Sequence(Frame(isGrpc, splicer.Length, coding), splicer.Slices(message)), coding, compressed: null);
        }

        var compressed = new LeasedBuffer(lease);
        try
        {
            using (var compressing = coding.Compress(compressed.AsStream()))
            {
                foreach (var slice in splicer.Slices(message))
                {
                    compressing.Write(slice.Span);
                }
            }

            return new ProtectedBody(
                Sequence(Frame(isGrpc, compressed.WrittenCount, coding), [compressed.WrittenMemory]), coding, compressed);
        }
        catch
        {
            compressed.Dispose();
            throw;
        }
    }

    /// <summary>The bytes from their beginning, as often as they are sent.</summary>
    public Stream OpenRead()
    {
        TimesOpened++;
        return PipeReader.Create(_bytes).AsStream();
    }

    public void Dispose() => _compressed?.Dispose();

    private static byte[] Frame(bool isGrpc, long length, ContentCoding coding) =>
        isGrpc ? GrpcFrame.Header(length, coding != ContentCoding.Identity) : [];

    private static ReadOnlySequence<byte> Sequence(ReadOnlyMemory<byte> head, IEnumerable<ReadOnlyMemory<byte>> slices)
    {
        var first = new Slice(head);
        var last = slices.Aggregate(first, static (before, slice) => before.Append(slice));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Slice : ReadOnlySequenceSegment<byte>
    {
        public Slice(ReadOnlyMemory<byte> memory)
        {
            Memory = memory;
        }

        public Slice Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Slice(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
