using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace KmsGateway.Testing;

/// <summary>
/// A free port for a server that ends and comes back while its clients keep trying. Below those that Linux gives to clients
/// (<c>net.ipv4.ip_local_port_range</c>, from 32768): from one of these a client that tries often enough connects to itself, and the server
/// finds its port taken.
/// </summary>
public static class FixedPort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    // Free is also what a test of this process took and does not listen on at the moment.
    private static readonly ConcurrentDictionary<int, bool> Taken = new();

    public static int Take()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last);
            if (!Taken.TryAdd(port, true))
            {
                continue;
            }

            try
            {
                using var socket = new TcpListener(IPAddress.Loopback, port);
                socket.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it: another one.
            }
        }
    }
}
