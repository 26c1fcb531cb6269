using System.Net;
using System.Net.Sockets;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>An address where nobody listens.</summary>
internal static class FreeAddress
{
    public static Uri Take()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return new Uri($"http://{socket.LocalEndpoint}");
    }
}
