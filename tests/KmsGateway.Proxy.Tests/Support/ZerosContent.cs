using System.Net;
using System.Net.Http.Headers;
using KmsGateway.Testing.Clients;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>Very many zeros in chunks, and a count of how many went out.</summary>
internal sealed class ZerosContent : HttpContent
{
    private readonly long _length;

    public ZerosContent(long length)
    {
        _length = length;
        Headers.ContentType = new MediaTypeHeaderValue(OtlpClient.Protobuf);
    }

    public long Sent { get; private set; }

    /// <summary>Looks at the server between two pieces.</summary>
    public Action Look { get; init; } = static () => { };

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var zeros = new byte[64 * 1024];
        while (Sent < _length)
        {
            await stream.WriteAsync(zeros);
            Sent += zeros.Length;
            Look();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
