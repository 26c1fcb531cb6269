using System.Buffers.Binary;
using System.IO.Compression;
using KmsGateway.Proxy.Protection;

namespace KmsGateway.Proxy.Forwarding.EmbeddedSink;

/// <summary>What was read of a request, or why it was refused.</summary>
internal readonly record struct SinkBody(ReadOnlyMemory<byte> Body, RejectionReason? Refusal = null, string Message = "")
{
    private const int FrameHeaderLength = 5;

    private static readonly SinkBody TooLarge = new(default, RejectionReason.TooLarge, "The body is larger than 64 MiB.");

    public static async Task<SinkBody> ReadHttpAsync(HttpContext context)
    {
        var coding = context.Request.Headers.ContentEncoding.ToString();
        if (coding is not ("" or "gzip"))
        {
            return UnknownCoding(coding);
        }

        return await ReadAsync(context.Request.Body, coding == "gzip", context.RequestAborted);
    }

    public static async Task<SinkBody> ReadGrpcAsync(HttpContext context)
    {
        var frame = await ReadAsync(context.Request.Body, gzip: false, context.RequestAborted);
        if (frame.Refusal is not null)
        {
            return frame;
        }

        if (!TryUnframe(frame.Body.Span, out var compressed))
        {
            return new(default, RejectionReason.Undecodable, "The body is not one gRPC message.");
        }

        var message = frame.Body[FrameHeaderLength..];
        if (!compressed)
        {
            return new(message);
        }

        var coding = context.Request.Headers["grpc-encoding"].ToString();
        return coding == "gzip"
            ? await ReadAsync(new MemoryStream(message.ToArray()), gzip: true, context.RequestAborted)
            : UnknownCoding(coding);
    }

    private static bool TryUnframe(ReadOnlySpan<byte> frame, out bool compressed)
    {
        compressed = frame.Length > 0 && frame[0] == 1;
        return frame.Length >= FrameHeaderLength
            && frame[0] <= 1
            && BinaryPrimitives.ReadUInt32BigEndian(frame[1..]) == (uint)(frame.Length - FrameHeaderLength);
    }

    private static async Task<SinkBody> ReadAsync(Stream source, bool gzip, CancellationToken cancellationToken)
    {
        await using var inflated = gzip ? new GZipStream(source, CompressionMode.Decompress) : source;
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await inflated.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (body.Length + read > SinkExport.MaxBytes)
                {
                    return TooLarge;
                }

                body.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            return new(default, RejectionReason.Undecodable, "The body is not gzip.");
        }

        return new(body.ToArray());
    }

    private static SinkBody UnknownCoding(string coding) =>
        new(default, RejectionReason.UnsupportedCoding, $"The coding '{coding}' is not known here. Send gzip or none.");
}
