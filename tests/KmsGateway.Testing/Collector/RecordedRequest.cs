using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace KmsGateway.Testing.Collector;

/// <summary>A request as it came: nothing of it is interpreted before a test asks.</summary>
public sealed class RecordedRequest
{
    /// <summary><c>HTTP/1.1</c> or <c>HTTP/2</c>.</summary>
    public required string Protocol { get; init; }

    public required string Method { get; init; }

    /// <summary>Path and query.</summary>
    public required string Path { get; init; }

    /// <summary>Headers without regard to case; the values of a repeated one are joined with a comma.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public required byte[] Body { get; init; }

    public string ContentType => Headers.GetValueOrDefault("Content-Type", "");

    public bool IsGrpc => ContentType.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);

    public bool IsJson => ContentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase);

    /// <summary>The payload: without the gRPC frame and decompressed.</summary>
    public byte[] Message()
    {
        if (!IsGrpc)
        {
            return Decompress(Body, Headers.GetValueOrDefault("Content-Encoding", "identity"));
        }

        var message = GrpcFrame.Unwrap(Body, out var compressed);
        return compressed ? Decompress(message, Headers.GetValueOrDefault("grpc-encoding", "identity")) : message.ToArray();
    }

    public ExportTraceServiceRequest ParseTraces()
    {
        var message = Message();
        return IsJson ? OtlpJson.Parse(message) : ExportTraceServiceRequest.Parser.ParseFrom(message);
    }

    public override string ToString() => $"{Protocol} {Method} {Path} ({ContentType}, {Body.Length} bytes)";

    private static byte[] Decompress(ReadOnlySpan<byte> content, string encoding) => encoding switch
    {
        "gzip" => Gzip.Decompress(content),
        "identity" => content.ToArray(),
        _ => throw new NotSupportedException($"The encoding {encoding} cannot be read."),
    };
}
