using System.Net.Sockets;
using System.Text;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>HTTP/1.1 byte by byte: HttpClient would not send what an attacker does.</summary>
internal static class RawHttp
{
    public static Task<string> SendAsync(Uri address, string request) => SendAsync(address, request, endsBehindIt: false);

    /// <summary>Sends, ends as if that were all, and waits until the server has done with it.</summary>
    public static Task<string> SendAndEndAsync(Uri address, string request) => SendAsync(address, request, endsBehindIt: true);

    public static async Task<int> GetStatusAsync(Uri address, string target, string host)
    {
        var answer = await SendAsync(address, $"GET {target} HTTP/1.1\nHost: {host}\nConnection: close\n\n");
        return int.Parse(answer.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<string> SendAsync(Uri address, string request, bool endsBehindIt)
    {
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(TestTime.Limit);
        await client.ConnectAsync(address.Host, address.Port, limit.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.ReplaceLineEndings("\r\n")), limit.Token);
        if (endsBehindIt)
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }

        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, limit.Token) is var read and > 0)
            {
                answer.Append(Encoding.Latin1.GetString(buffer.AsSpan(0, read)));
            }
        }
        catch (IOException) when (answer.Length > 0 || endsBehindIt)
        {
            // A server that has answered does not wait for the rest of a request.
        }

        return answer.ToString();
    }
}
