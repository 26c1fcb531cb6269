using System.Buffers.Binary;

namespace KmsGateway.Testing.Collector;

/// <summary>One flag byte, four bytes of length, the message: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md</summary>
public static class GrpcFrame
{
    public const int HeaderLength = 5;

    public static byte[] Wrap(ReadOnlySpan<byte> message, bool compressed = false)
    {
        var frame = new byte[HeaderLength + message.Length];
        frame[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    /// <summary>The message of a body that holds exactly one frame.</summary>
    public static ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> body, out bool compressed)
    {
        if (body.Length < HeaderLength || body[0] > 1 || BinaryPrimitives.ReadInt32BigEndian(body[1..]) != body.Length - HeaderLength)
        {
            throw new InvalidDataException($"The body of {body.Length} bytes is not exactly one gRPC frame.");
        }

        compressed = body[0] == 1;
        return body[HeaderLength..];
    }
}
