using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace KmsGateway.Testing.Collector;

/// <summary>What a <see cref="RecordingCollector"/> answers to one request.</summary>
public sealed class CollectorAnswer
{
    private readonly Func<HttpContext, RecordedRequest, Task> _write;

    private CollectorAnswer(Func<HttpContext, RecordedRequest, Task> write) => _write = write;

    /// <summary>Taken, in the form of the request: an empty gRPC message with trailers, an empty protobuf, or <c>{}</c>.</summary>
    public static CollectorAnswer Success { get; } = Message([]);

    /// <summary>The connection (HTTP/1.1) or the stream (HTTP/2) ends without an answer.</summary>
    public static CollectorAnswer Abort { get; } = new((context, _) =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>Taken, with this protobuf message as the response.</summary>
    public static CollectorAnswer Message(byte[] response) => new((context, request) => request switch
    {
        { IsGrpc: true } => WriteGrpcAsync(context, response, status: 0, message: null, details: null),
        { IsJson: true } => WriteHttpAsync(context, 200, "application/json", "{}"u8.ToArray()),
        _ => WriteHttpAsync(context, 200, "application/x-protobuf", response),
    });

    /// <summary>Taken, with this message as the response, in the form of the request.</summary>
    public static CollectorAnswer Message(IMessage response) => new((context, request) => request.IsJson
        ? WriteHttpAsync(context, 200, "application/json", System.Text.Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(response)))
        : Message(response.ToByteArray())._write(context, request));

    /// <summary>An HTTP answer, such as 503 with <c>("Retry-After", "1")</c>.</summary>
    public static CollectorAnswer Http(int status, byte[]? body = null, params (string Name, string Value)[] headers) =>
        new((context, request) =>
        {
            foreach (var (name, value) in headers)
            {
                context.Response.Headers[name] = value;
            }

            return WriteHttpAsync(context, status, request.ContentType, body ?? []);
        });

    /// <summary>A gRPC status without a message. <paramref name="details"/> is a serialised <c>google.rpc.Status</c>.</summary>
    public static CollectorAnswer Grpc(int status, string? message = null, byte[]? details = null) =>
        new((context, _) => WriteGrpcAsync(context, response: null, status, message, details));

    /// <summary>Whatever else a test needs to answer.</summary>
    public static CollectorAnswer Custom(Func<HttpContext, RecordedRequest, Task> write) => new(write);

    internal Task WriteAsync(HttpContext context, RecordedRequest request) => _write(context, request);

    private static async Task WriteHttpAsync(HttpContext context, int status, string contentType, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static async Task WriteGrpcAsync(HttpContext context, byte[]? response, int status, string? message, byte[]? details)
    {
        context.Response.ContentType = "application/grpc";
        if (response is not null)
        {
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(GrpcFrame.Wrap(response), context.RequestAborted);
        }

        // Without a message these still go out as trailers: that is what a server does which fails after it has sent its headers.
        await context.Response.Body.FlushAsync(context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (message is not null)
        {
            context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(message));
        }

        if (details is not null)
        {
            context.Response.AppendTrailer("grpc-status-details-bin", Convert.ToBase64String(details).TrimEnd('='));
        }
    }
}
