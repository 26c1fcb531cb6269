namespace KmsGateway.Testing.Processes;

/// <summary>A real HAProxy in front of gateways, which it asks on their management ports whether they are ready.</summary>
public sealed class HaProxyServer : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private HaProxyServer(Uri address, ServerProcess process)
    {
        (Address, _process) = (address, process);
    }

    /// <summary>For OTLP/HTTP.</summary>
    public Uri Address { get; }

    public static async Task<HaProxyServer> StartAsync(params IReadOnlyList<GatewayProcess> gateways)
    {
        var program = Requires.Program("haproxy");
        var address = new Uri($"http://127.0.0.1:{FixedPort.Take()}");
        var statistics = new Uri($"http://127.0.0.1:{FixedPort.Take()}/");
        var process = await ServerProcess.StartAsync(
            program,
            new Dictionary<string, string> { ["haproxy.cfg"] = Configuration(address, statistics, gateways) },
            ["-db", "-f", "haproxy.cfg"],
            statistics);
        return new HaProxyServer(address, process);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    // "timeout check": a look has as long as lies between two otherwise, and on a busy machine all gateways seem to be away at once.
    private static string Configuration(Uri address, Uri statistics, IReadOnlyList<GatewayProcess> gateways) =>
        $"""
        global
            maxconn 500
            hard-stop-after 5s

        defaults
            mode http
            timeout connect 5s
            timeout client 60s
            timeout server 60s
            timeout check 60s

        frontend otlp
            bind {address.Authority}
            default_backend gateways

        frontend statistics
            bind {statistics.Authority}
            stats enable
            stats uri /

        backend gateways
            balance roundrobin
            option httpchk GET /health/ready
        {string.Join('\n', gateways.Select((gateway, i) =>
            $"    server gateway{i} {gateway.OtlpHttp.Authority} check port {gateway.Management.Port} inter 500ms fall 1 rise 1"))}

        """;
}
