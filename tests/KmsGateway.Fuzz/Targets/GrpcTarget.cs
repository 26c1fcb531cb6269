using System.Buffers.Binary;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Fuzz.Targets;

/// <summary>The frame around a gRPC message.</summary>
internal sealed class GrpcTarget : IFuzzTarget
{
    public string Name => "grpc";

    public IEnumerable<byte[]> Seeds() => [[], [0, 0, 0, 0, 0], [1, 0, 0, 0, 2, 3, 4], [0, 0xFF, 0xFF, 0xFF, 0xFF, 1], [2, 0, 0, 0, 0]];

    public void Run(byte[] input)
    {
        if (!GrpcFrame.TryRead(input, out var frame))
        {
            return;
        }

        var message = input.Length - GrpcFrame.HeaderSize;
        InvariantException.ThrowIfNot(BinaryPrimitives.ReadUInt32BigEndian(input.AsSpan(1)) == message, "one message, and all of the body");
        InvariantException.ThrowIfNot(
            GrpcFrame.Header(message, frame.IsCompressed).AsSpan().SequenceEqual(input.AsSpan(0, GrpcFrame.HeaderSize)),
            "a header has one spelling");
    }
}
