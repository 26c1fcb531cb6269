using System.Buffers;
using KmsGateway.Proxy.Grpc;
using KmsGateway.Proxy.Protection;

namespace KmsGateway.Proxy.Forwarding.EmbeddedSink;

/// <summary>One export request: read it, keep it if it holds traces, and only then answer with success.</summary>
internal sealed class SinkExport(TracesFile file)
{
    public const int MaxBytes = 64 * 1024 * 1024;

    private static readonly byte[] EmptyGrpcMessage = new byte[5];

    public async Task HandleAsync(HttpContext context, string signal)
    {
        var isGrpc = GrpcRequest.IsGrpc(context.Request);
        var isJson = !isGrpc && context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true;
        var read = isGrpc ? await SinkBody.ReadGrpcAsync(context) : await SinkBody.ReadHttpAsync(context);
        if (read.Refusal is { } refusal)
        {
            await Rejection.WriteAsync(context, refusal, read.Message);
            return;
        }

        if (signal == OtlpSignal.Traces && !await TryKeepAsync(read.Body, isJson, context.RequestAborted))
        {
            await Rejection.WriteAsync(context, RejectionReason.Undecodable, "The body is not OTLP.");
            return;
        }

        await AnswerAsync(context, isGrpc, isJson);
    }

    private async Task<bool> TryKeepAsync(ReadOnlyMemory<byte> body, bool isJson, CancellationToken cancellationToken)
    {
        var line = new ArrayBufferWriter<byte>(body.Length + 1);
        var isOtlp = isJson ? JsonLine.TryWrite(body.Span, line) : TraceJsonTranscoder.TryWrite(body.Span, line);
        if (!isOtlp)
        {
            return false;
        }

        line.Write("\n"u8);
        await file.AppendAsync(line.WrittenMemory, cancellationToken);
        return true;
    }

    private static async Task AnswerAsync(HttpContext context, bool isGrpc, bool isJson)
    {
        var response = context.Response;
        if (isGrpc)
        {
            response.ContentType = GrpcRequest.MediaType;
            response.DeclareTrailer("grpc-status");
            await response.Body.WriteAsync(EmptyGrpcMessage, context.RequestAborted);
            response.AppendTrailer("grpc-status", "0");
            return;
        }

        response.ContentType = isJson ? "application/json" : "application/x-protobuf";
        var body = isJson ? "{}"u8.ToArray() : [];
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }
}
