using System.Net;
using System.Net.Http.Headers;
using KmsGateway.Cli.Terminal;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Cli.Sending;

/// <summary>OTLP/gRPC by hand: one message framed in an HTTP/2 request, the status in the trailers.</summary>
internal sealed class GrpcSender(Uri address, SendOptions options, CliEnvironment environment) : IOtlpSender
{
    private const string Path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private const string StatusHeader = "grpc-status";
    private const string MessageHeader = "grpc-message";
    private const string DetailsHeader = "grpc-status-details-bin";

    public string Name => "OTLP/gRPC";

    public Uri Address => address;

    public async Task<OtlpAnswer> SendAsync(IReadOnlyList<SampleSpan> spans, CancellationToken cancellationToken)
    {
        using var client = environment.CreateClient(address, SendOptions.Timeout);
        using var request = NewRequest(options.Compress(ProtobufRequestWriter.Write(spans)));
        using var response = await client.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return Read(response, body);
    }

    private static OtlpAnswer Read(HttpResponseMessage response, byte[] body)
    {
        if (Find(response, StatusHeader) is not { } status)
        {
            return new OtlpAnswer { IsTaken = false, Status = $"HTTP {(int)response.StatusCode} and no {StatusHeader}" };
        }

        if (status != "0")
        {
            var details = Find(response, DetailsHeader) is { } text && TryDecode(text, out var bytes)
                ? RpcStatus.FromProtobuf(bytes)
                : null;
            return new OtlpAnswer
            {
                IsTaken = false,
                Status = GrpcStatusText.Of(status),
                Message = Find(response, MessageHeader) is { } message ? Uri.UnescapeDataString(message) : details?.Message,
                RetryAfter = details?.RetryDelay,
            };
        }

        var partial = body.Length > GrpcFrame.HeaderSize ? PartialSuccess.FromProtobuf(body.AsSpan(GrpcFrame.HeaderSize)) : null;
        return new OtlpAnswer
        {
            IsTaken = true,
            Status = GrpcStatusText.Of(status),
            RejectedSpans = partial?.RejectedSpans ?? 0,
            Message = partial?.Message,
        };
    }

    // An answer that is only an error has no body: its trailers are its headers.
    private static string? Find(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var trailers) ? trailers.First()
        : response.Headers.TryGetValues(name, out var headers) ? headers.First()
        : null;

    // Binary headers come with and without padding.
    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = [];
        try
        {
            bytes = Convert.FromBase64String(text.TrimEnd('=').PadRight((text.TrimEnd('=').Length + 3) / 4 * 4, '='));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private HttpRequestMessage NewRequest(byte[] message)
    {
        byte[] frame = [.. GrpcFrame.Header(message.Length, options.Gzip), .. message];

        // Over http:// too: HTTP/2 by prior knowledge.
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (options.Gzip)
        {
            request.Headers.Add("grpc-encoding", "gzip");
        }

        options.AddTenant(request);
        return request;
    }
}
