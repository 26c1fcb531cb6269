using System.Net.Sockets;
using System.Text;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>HTTP/1.1 byte by byte: HttpClient would not send what an attacker does.</summary>
internal static class RawHttp
{
    public static async Task<string> SendAsync(Uri address, string request)
    {
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(TestTime.Limit);
        await client.ConnectAsync(address.Host, address.Port, limit.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.ReplaceLineEndings("\r\n")), limit.Token);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync(limit.Token);
    }

    public static async Task<int> GetStatusAsync(Uri address, string target, string host)
    {
        var answer = await SendAsync(address, $"GET {target} HTTP/1.1\nHost: {host}\nConnection: close\n\n");
        return int.Parse(answer.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
    }
}
