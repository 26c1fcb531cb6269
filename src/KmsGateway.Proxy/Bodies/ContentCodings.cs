using System.IO.Compression;
using KmsGateway.Proxy.Otlp;
using KmsGateway.Proxy.Rejections;
using Microsoft.Extensions.Primitives;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace KmsGateway.Proxy.Bodies;

/// <summary>The codings of <see cref="Rejection.AcceptedCodings"/>: their names, and what undoes and does them.</summary>
internal static class ContentCodings
{
    /// <summary>The largest window of a zstd frame. A frame of 50 bytes may ask for 128 MiB and more.</summary>
    public const int ZstdWindowBytes = 1 << ZstdWindowLog;

    private const int ZstdWindowLog = 23;

    // The fastest: between gateway and upstream bytes are cheaper than time.
    private const int ZstdLevel = 1;

    /// <summary>The one coding that a request names.</summary>
    /// <exception cref="RejectionException">It names several, or one that is not known here.</exception>
    public static ContentCoding Read(HttpRequest request)
    {
        var isGrpc = OtlpRequest.IsGrpc(request);
        if (isGrpc && request.Headers.ContentEncoding.Count > 0)
        {
            throw Unsupported("content-encoding is not for gRPC; it names its compression in grpc-encoding");
        }

        return Parse(isGrpc ? request.Headers[OtlpRequest.GrpcEncoding] : request.Headers.ContentEncoding);
    }

    public static string Name(this ContentCoding coding) => coding switch
    {
        ContentCoding.Gzip => "gzip",
        ContentCoding.Deflate => "deflate",
        ContentCoding.Zstd => "zstd",
        _ => "identity",
    };

    public static Stream Decompress(this ContentCoding coding, Stream compressed) => coding switch
    {
        ContentCoding.Gzip => new GZipStream(compressed, CompressionMode.Decompress),
        ContentCoding.Deflate => new ZLibStream(compressed, CompressionMode.Decompress),
        ContentCoding.Zstd => DecompressZstd(compressed),
        _ => throw new ArgumentOutOfRangeException(nameof(coding)),
    };

    public static Stream Compress(this ContentCoding coding, Stream output) => coding switch
    {
        ContentCoding.Gzip => new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true),
        ContentCoding.Deflate => new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true),
        ContentCoding.Zstd => new CompressionStream(output, ZstdLevel, leaveOpen: true),
        _ => throw new ArgumentOutOfRangeException(nameof(coding)),
    };

    private static DecompressionStream DecompressZstd(Stream compressed)
    {
        var zstd = new DecompressionStream(compressed, checkEndOfStream: true, leaveOpen: true);
        zstd.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, ZstdWindowLog);
        return zstd;
    }

    // Several lines, or a list in one: bodies that are packed twice are how bombs are made small.
    private static ContentCoding Parse(StringValues values) => values.ToString().Trim().ToUpperInvariant() switch
    {
        "" or "IDENTITY" => ContentCoding.Identity,
        "GZIP" => ContentCoding.Gzip,
        "DEFLATE" => ContentCoding.Deflate,
        "ZSTD" => ContentCoding.Zstd,
        _ => throw Unsupported($"send the body as it is, or with one of the codings {Rejection.AcceptedCodings}"),
    };

    private static RejectionException Unsupported(string message) => new(RejectionReason.UnsupportedCoding, message);
}
