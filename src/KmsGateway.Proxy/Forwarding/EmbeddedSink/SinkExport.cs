using System.Buffers;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Proxy.Bodies;
using KmsGateway.Proxy.Otlp;
using KmsGateway.Proxy.Rejections;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Forwarding.EmbeddedSink;

/// <summary>One export request: read it, keep it if it holds traces, and only then answer with success.</summary>
internal sealed class SinkExport(TracesFile file)
{
    private static readonly byte[] EmptyGrpcMessage = GrpcFrame.Header(0);

    // Larger than what the gateway lets through: an inflated body comes here as it is, and grown by its signatures.
    private static readonly RequestBodyReader Bodies = new(Options.Create(new LimitsOptions
    {
        MaxWireBytes = int.MaxValue,
        MaxMessageBytes = int.MaxValue,
        MaxInflationRatio = int.MaxValue,
    }), TimeProvider.System);

    // The gateway in front has bounded them.
    private static readonly Admission Admission = new(long.MaxValue, int.MaxValue);

    public async Task HandleAsync(HttpContext context, string signal)
    {
        var isJson = OtlpRequest.IsJson(context.Request);
        try
        {
            using var lease = Admission.Enter();
            using var body = await Bodies.ReadAsync(context.Request, lease, context.RequestAborted);
            if (signal == OtlpSignal.Traces && !await TryKeepAsync(body.Message, isJson, context.RequestAborted))
            {
                throw new RejectionException(RejectionReason.Undecodable, "the body is not OTLP");
            }
        }
        catch (RejectionException refusal)
        {
            await Rejection.WriteAsync(context, refusal.Reason, refusal.Message);
            return;
        }

        await AnswerAsync(context, OtlpRequest.IsGrpc(context.Request), isJson);
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
            response.ContentType = OtlpRequest.Grpc;
            response.DeclareTrailer("grpc-status");
            await response.Body.WriteAsync(EmptyGrpcMessage, context.RequestAborted);
            response.AppendTrailer("grpc-status", "0");
            return;
        }

        response.ContentType = isJson ? OtlpRequest.Json : OtlpRequest.Protobuf;
        var body = isJson ? "{}"u8.ToArray() : [];
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }
}
