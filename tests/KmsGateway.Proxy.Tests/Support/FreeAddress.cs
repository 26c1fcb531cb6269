using System.Net;
using System.Net.Sockets;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>An address where nobody listens, nor will: its port is taken, so that no server of another test gets it.</summary>
internal sealed class FreeAddress : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public FreeAddress()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Uri = new Uri($"http://{_socket.LocalEndPoint}");
    }

    public Uri Uri { get; }

    public void Dispose() => _socket.Dispose();
}
