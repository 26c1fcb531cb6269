using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>An upstream that does what the test says, over HTTP/1.1 and h2c.</summary>
internal sealed class FakeUpstream : IAsyncDisposable
{
    private readonly WebApplication _server;

    private FakeUpstream(WebApplication server, string scheme, ListenOptions http, ListenOptions grpc)
    {
        _server = server;
        Http = new Uri($"{scheme}://{http.EndPoint}");
        Grpc = new Uri($"{scheme}://{grpc.EndPoint}");
    }

    public Uri Http { get; }

    public Uri Grpc { get; }

    /// <param name="tls">How it identifies itself, and whom it lets in; null for clear text.</param>
    public static async Task<FakeUpstream> StartAsync(RequestDelegate answer, HttpsConnectionAdapterOptions? tls = null)
    {
        ListenOptions? http = null;
        ListenOptions? grpc = null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => Configure(http = listen, HttpProtocols.Http1, tls));
            kestrel.Listen(IPAddress.Loopback, 0, listen => Configure(grpc = listen, HttpProtocols.Http2, tls));
        });
        var server = builder.Build();
        server.Run(answer);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return new FakeUpstream(server, tls is null ? "http" : "https", http!, grpc!);
    }

    /// <summary>Answers with what it was sent: its path, and its body for HTTP, or the same message for gRPC.</summary>
    public static Task<FakeUpstream> StartEchoAsync() => StartAsync(async context =>
    {
        context.Response.Headers["x-path"] = context.Request.Path.Value;
        context.Response.ContentType = context.Request.ContentType;
        await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
        if (HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Response.AppendTrailer("grpc-status", "0");
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(CancellationToken.None);
        await _server.DisposeAsync();
    }

    private static void Configure(ListenOptions listen, HttpProtocols protocols, HttpsConnectionAdapterOptions? tls)
    {
        listen.Protocols = protocols;
        if (tls is not null)
        {
            listen.UseHttps(tls);
        }
    }
}
