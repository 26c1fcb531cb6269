using System.Buffers.Binary;

namespace KmsGateway.Evidence.Otlp;

/// <summary>
/// The five bytes before a gRPC message: a compression flag and the length.
/// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests
/// </summary>
public readonly record struct GrpcFrame(bool IsCompressed)
{
    public const int HeaderSize = 5;

    /// <summary>Reads the header of a body that must hold exactly one message: that is all a unary call sends.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out GrpcFrame frame)
    {
        frame = new GrpcFrame(IsCompressed: body.Length > 0 && body[0] == 1);
        return body.Length >= HeaderSize
            && body[0] <= 1
            && BinaryPrimitives.ReadUInt32BigEndian(body[1..]) == (uint)(body.Length - HeaderSize);
    }

    public static byte[] Header(long messageLength, bool isCompressed = false)
    {
        var header = new byte[HeaderSize];
        header[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(1), checked((uint)messageLength));
        return header;
    }
}
