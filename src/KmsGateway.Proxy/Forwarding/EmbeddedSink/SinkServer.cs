using System.Net;
using KmsGateway.Proxy.Otlp;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace KmsGateway.Proxy.Forwarding.EmbeddedSink;

/// <summary>The sink as a server of its own: to the gateway it is an upstream like any other, behind two sockets.</summary>
internal sealed partial class SinkServer(
    SinkSockets sockets, SinkExport export, TracesFile file, ILoggerFactory loggers, ILogger<SinkServer> logger)
    : IHostedService, IAsyncDisposable
{
    private readonly WebApplication _server = Build(sockets, export, loggers);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogStarted(file.FullPath);
        return _server.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static WebApplication Build(SinkSockets sockets, SinkExport export, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "KmsGateway.Proxy" });
        builder.Services.AddRouting();
        builder.Services.AddSingleton(loggers);

        // It lives and dies with the gateway and must not take Ctrl+C itself.
        builder.Services.AddSingleton<IHostLifetime, SinkLifetime>();
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = sockets.For);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, sockets.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, sockets.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
        });

        var server = builder.Build();
        foreach (var route in OtlpRoutes.All)
        {
            var signal = route.Metadata![OtlpSignal.Key];
            server.MapPost(route.Match.Path!, context => export.HandleAsync(context, signal));
        }

        return server;
    }

    [LoggerMessage(4030, LogLevel.Information, "ReverseProxy:Clusters is empty, so the embedded sink is the upstream: traces go to {File}")]
    private partial void LogStarted(string file);
}
