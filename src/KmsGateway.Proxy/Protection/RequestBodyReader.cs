using System.Buffers;
using System.IO.Compression;
using CommunityToolkit.HighPerformance;
using CommunityToolkit.HighPerformance.Buffers;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Proxy.Otlp;
using KmsGateway.Proxy.Rejections;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Protection;

/// <summary>Reads a body whole, takes it out of its gRPC frame and inflates it, all within <see cref="LimitsOptions"/>.</summary>
internal sealed class RequestBodyReader(IOptions<LimitsOptions> options)
{
    private const int InflateChunk = 64 * 1024;
    private const int RatioAppliesFrom = 1024 * 1024;

    private readonly LimitsOptions _limits = options.Value;

    /// <exception cref="ProtectionException">The body is too large, or not what its headers say.</exception>
    public async Task<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var isGzip = ReadCoding(request);
        if (request.ContentLength > _limits.MaxWireBytes)
        {
            throw TooLarge($"the body has {request.ContentLength} bytes, {_limits.MaxWireBytes} are allowed");
        }

        var wire = new ArrayPoolBufferWriter<byte>((int)Math.Max(request.ContentLength ?? InflateChunk, 1));
        try
        {
            await ReadWireAsync(request, wire, cancellationToken);
            return OtlpRequest.IsGrpc(request) ? OpenFrame(wire, isGzip) : Open(wire, wire.WrittenMemory, isGzip);
        }
        catch
        {
            wire.Dispose();
            throw;
        }
    }

    /// <summary>Whether the body, or the gRPC message where its frame says so, is gzip.</summary>
    private static bool ReadCoding(HttpRequest request)
    {
        var isGrpc = OtlpRequest.IsGrpc(request);
        if (isGrpc && request.Headers.ContentEncoding.Count > 0)
        {
            throw UnsupportedCoding("content-encoding is not for gRPC; it names its compression in grpc-encoding");
        }

        var values = isGrpc ? request.Headers[OtlpRequest.GrpcEncoding] : request.Headers.ContentEncoding;
        return values.ToString().Trim().ToUpperInvariant() switch
        {
            "" or "IDENTITY" => false,
            "GZIP" => true,
            _ => throw UnsupportedCoding("send the body as it is, or compressed with gzip"),
        };
    }

    private async Task ReadWireAsync(HttpRequest request, ArrayPoolBufferWriter<byte> wire, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await request.BodyReader.ReadAsync(cancellationToken);
            if (wire.WrittenCount + result.Buffer.Length > _limits.MaxWireBytes)
            {
                request.BodyReader.AdvanceTo(result.Buffer.End);
                throw TooLarge($"the body has more than the {_limits.MaxWireBytes} bytes that are allowed");
            }

            foreach (var segment in result.Buffer)
            {
                wire.Write(segment.Span);
            }

            request.BodyReader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private RequestBody OpenFrame(ArrayPoolBufferWriter<byte> wire, bool isGzip)
    {
        if (!GrpcFrame.TryRead(wire.WrittenSpan, out var frame))
        {
            throw Undecodable("the body is not exactly one gRPC message");
        }

        return !frame.IsCompressed || isGzip
            ? Open(wire, wire.WrittenMemory[GrpcFrame.HeaderSize..], frame.IsCompressed)
            : throw Undecodable("the message is flagged as compressed, and grpc-encoding does not say how");
    }

    private RequestBody Open(ArrayPoolBufferWriter<byte> wire, ReadOnlyMemory<byte> message, bool isGzip)
    {
        if (!isGzip)
        {
            return new RequestBody(wire, message, inflated: null);
        }

        var inflated = new ArrayPoolBufferWriter<byte>(InflateChunk);
        try
        {
            Inflate(message, inflated);
            return new RequestBody(wire, inflated.WrittenMemory, inflated);
        }
        catch (InvalidDataException)
        {
            inflated.Dispose();
            throw Undecodable("the body is not valid gzip");
        }
        catch
        {
            inflated.Dispose();
            throw;
        }
    }

    // Counted while it grows: a bomb is refused long before it is whole.
    private void Inflate(ReadOnlyMemory<byte> compressed, ArrayPoolBufferWriter<byte> inflated)
    {
        using var gzip = new GZipStream(compressed.AsStream(), CompressionMode.Decompress);
        while (true)
        {
            var read = gzip.Read(inflated.GetSpan(InflateChunk)[..InflateChunk]);
            if (read == 0)
            {
                return;
            }

            inflated.Advance(read);
            if (inflated.WrittenCount > _limits.MaxMessageBytes)
            {
                throw TooLarge($"the body inflates to more than the {_limits.MaxMessageBytes} bytes that are allowed");
            }

            if (inflated.WrittenCount > RatioAppliesFrom && inflated.WrittenCount / _limits.MaxInflationRatio > compressed.Length)
            {
                throw TooLarge($"the body inflates to more than {_limits.MaxInflationRatio} times its size");
            }
        }
    }

    private static ProtectionException TooLarge(string message) => new(RejectionReason.TooLarge, $"{message}; send smaller batches");

    private static ProtectionException Undecodable(string message) => new(RejectionReason.Undecodable, message);

    private static ProtectionException UnsupportedCoding(string message) => new(RejectionReason.UnsupportedCoding, message);
}
