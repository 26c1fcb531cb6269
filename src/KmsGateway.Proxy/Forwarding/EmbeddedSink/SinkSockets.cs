using System.Net;
using System.Net.Sockets;

namespace KmsGateway.Proxy.Forwarding.EmbeddedSink;

/// <summary>The sink's two ports, taken before the gateway is built: its routes lead to them from the first request on.</summary>
internal sealed class SinkSockets : IDisposable
{
    private readonly Socket _http = Bind();
    private readonly Socket _grpc = Bind();

    public int HttpPort => Port(_http);

    public int GrpcPort => Port(_grpc);

    public Socket For(EndPoint endpoint) => ((IPEndPoint)endpoint).Port == GrpcPort ? _grpc : _http;

    public void Dispose()
    {
        _http.Dispose();
        _grpc.Dispose();
    }

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
