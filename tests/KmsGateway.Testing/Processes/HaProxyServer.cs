using Xunit;

namespace KmsGateway.Testing.Processes;

/// <summary>A real HAProxy in front of gateways, which it asks on their management ports whether they are ready.</summary>
public sealed class HaProxyServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private ServerProcess? _process;

    private HaProxyServer()
    {
        Address = new Uri($"http://127.0.0.1:{FixedPort.Take()}");
        Statistics = new Uri($"http://127.0.0.1:{FixedPort.Take()}/");
    }

    /// <summary>For OTLP/HTTP.</summary>
    public Uri Address { get; }

    private Uri Statistics { get; }

    public static async Task<HaProxyServer> StartAsync(params IReadOnlyList<GatewayProcess> gateways)
    {
        var program = Requires.Program("haproxy");
        var server = new HaProxyServer();
        try
        {
            await File.WriteAllTextAsync(
                server._folder["haproxy.cfg"], server.Configuration(gateways), TestContext.Current.CancellationToken);
            server._process = await ServerProcess.StartAsync(program, server._folder.Path, ["-db", "-f", "haproxy.cfg"], server.Statistics);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private string Configuration(IReadOnlyList<GatewayProcess> gateways) =>
        $"""
        global
            maxconn 500
            hard-stop-after 5s

        defaults
            mode http
            timeout connect 5s
            timeout client 60s
            timeout server 60s

        frontend otlp
            bind {Address.Authority}
            default_backend gateways

        frontend statistics
            bind {Statistics.Authority}
            stats enable
            stats uri /

        backend gateways
            balance roundrobin
            option httpchk GET /health/ready
        {string.Join('\n', gateways.Select((gateway, i) =>
            $"    server gateway{i} {gateway.OtlpHttp.Authority} check port {gateway.Management.Port} inter 500ms fall 1 rise 1"))}

        """;
}
