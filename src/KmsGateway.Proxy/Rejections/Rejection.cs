using System.Globalization;
using KmsGateway.Proxy.Otlp;

namespace KmsGateway.Proxy.Rejections;

/// <summary>Answers a request in its own protocol with the row of <see cref="RejectionTable"/>.</summary>
internal static class Rejection
{
    /// <summary>The codings the gateway inflates, as it tells those who sent another one.</summary>
    public const string AcceptedCodings = "gzip,deflate,zstd";

    /// <remarks>Counting and logging is left to who finds the <see cref="RejectedRequest"/> on the context.</remarks>
    /// <param name="message">What the sender can do about it. Senders log it, so it holds no secret and no address of the upstream.</param>
    /// <param name="complianceSpans">How many compliance spans it is known to hold.</param>
    /// <param name="detail">What only the log is told.</param>
    public static Task WriteAsync(HttpContext context, RejectionReason reason, string message, int complianceSpans = 0, string? detail = null)
    {
        context.Features.Set(new RejectedRequest(reason, message, detail, complianceSpans));
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        var row = RejectionTable.Row(reason);
        return OtlpRequest.IsGrpc(context.Request) && !row.HttpOnly
            ? WriteGrpcAsync(context, reason, row, message)
            : WriteHttpAsync(context, reason, row, message);
    }

    // "Trailers-only": status and details as headers of a response without a body.
    private static async Task WriteGrpcAsync(HttpContext context, RejectionReason reason, RejectionRow row, string message)
    {
        await RejectionDrain.DrainAsync(context);
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = OtlpRequest.Grpc;
        response.Headers[OtlpRequest.GrpcStatus] = ((int)row.GrpcStatus).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = GrpcMessageText.Encode(message);
        var details = RpcStatus.ToProtobuf(row.GrpcStatus, message, row.RetryAfter);
        response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(details).TrimEnd('=');
        if (reason == RejectionReason.UnsupportedCoding)
        {
            response.Headers["grpc-accept-encoding"] = "identity," + AcceptedCodings;
        }

        await response.CompleteAsync();
    }

    private static async Task WriteHttpAsync(HttpContext context, RejectionReason reason, RejectionRow row, string message)
    {
        var response = context.Response;
        response.StatusCode = row.HttpStatus;
        if (row.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        AddHeaders(response.Headers, reason);
        // A sender of anything else than protobuf, a person with curl for one, reads JSON.
        var isProtobuf = OtlpRequest.IsProtobuf(context.Request);
        var body = isProtobuf
            ? RpcStatus.ToProtobuf(row.GrpcStatus, message, row.RetryAfter)
            : RpcStatus.ToJson(row.GrpcStatus, message, row.RetryAfter);
        response.ContentType = isProtobuf ? OtlpRequest.Protobuf : OtlpRequest.Json;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static void AddHeaders(IHeaderDictionary headers, RejectionReason reason)
    {
        switch (reason)
        {
            case RejectionReason.MethodNotAllowed:
                headers.Allow = HttpMethods.Post;
                break;
            case RejectionReason.UnsupportedCoding:
                headers.AcceptEncoding = AcceptedCodings;
                break;
            case RejectionReason.Unauthenticated:
                headers.WWWAuthenticate = "Bearer";
                break;
        }
    }
}
