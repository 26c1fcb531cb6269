using System.Buffers;
using System.IO.Pipelines;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Proxy.Protection;

/// <summary>What goes to the upstream: the client's bytes as they came, or slices of its message and of what the gateway adds.</summary>
internal sealed class ProtectedBody
{
    private readonly ReadOnlySequence<byte> _bytes;

    public ProtectedBody(TraceSplicer splicer, ReadOnlyMemory<byte> message, bool isGrpc)
    {
        var first = new Slice(isGrpc ? GrpcFrame.Header(splicer.Length) : default);
        var last = first;
        foreach (var slice in splicer.Slices(message))
        {
            last = last.Append(slice);
        }

        _bytes = new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    public ProtectedBody(ReadOnlyMemory<byte> wire)
    {
        _bytes = new ReadOnlySequence<byte>(wire);
    }

    public long Length => _bytes.Length;

    public Stream OpenRead() => PipeReader.Create(_bytes).AsStream();

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
