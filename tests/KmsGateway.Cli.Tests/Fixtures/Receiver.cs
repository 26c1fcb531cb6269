using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Cli.Tests.Fixtures;

/// <summary>A server with an h2c and an HTTP/1.1 listener that answers as a test tells it.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _application;
    private ListenOptions? _grpc;
    private ListenOptions? _http;

    private Receiver(Func<HttpContext, byte[], Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                _grpc = listen;
            });
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                _http = listen;
            });
        });
        _application = builder.Build();
        _application.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            Requests.Enqueue(new ReceivedRequest(
                context.Request.Path.Value ?? "", context.Request.Protocol,
                context.Request.Headers.ToDictionary(
                    header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body.ToArray()));
            await answer(context, body.ToArray());
        });
    }

    public ConcurrentQueue<ReceivedRequest> Requests { get; } = new();

    public string GrpcUrl => $"http://{_grpc!.IPEndPoint}";

    public string HttpUrl => $"http://{_http!.IPEndPoint}";

    public static async Task<Receiver> StartAsync(Func<HttpContext, byte[], Task> answer)
    {
        var receiver = new Receiver(answer);
        await receiver._application.StartAsync();
        return receiver;
    }

    /// <summary>The answer of a receiver that took everything.</summary>
    public static async Task AcceptAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentType = context.Request.ContentType;
        if (context.Request.ContentType == "application/grpc")
        {
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        }
        else if (context.Request.ContentType == "application/json")
        {
            await context.Response.WriteAsync("{}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
