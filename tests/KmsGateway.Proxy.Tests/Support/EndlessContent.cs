using System.Net;
using System.Net.Http.Headers;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>A body that begins and does not go on.</summary>
internal sealed class EndlessContent : HttpContent
{
    public EndlessContent(string mediaType = "application/grpc")
    {
        Headers.ContentType = new MediaTypeHeaderValue(mediaType);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(new byte[] { 0 }, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
