using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace KmsGateway.Testing.Collector;

/// <summary>
/// A backend that keeps every request byte for byte: h2c on one port of 127.0.0.1, HTTP/1.1 on another.
/// </summary>
public sealed class RecordingCollector : IAsyncDisposable
{
    private readonly WebApplication _application;
    private TaskCompletionSource _arrival = NewArrival();
    private ListenOptions? _grpc;
    private ListenOptions? _http;

    private RecordingCollector(int grpcPort, int httpPort)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            // The collector is not what is being tested: it takes whatever comes.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, grpcPort, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                _grpc = listen;
            });
            kestrel.Listen(IPAddress.Loopback, httpPort, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                _http = listen;
            });
        });
        _application = builder.Build();
        _application.Run(HandleAsync);
    }

    /// <summary>The h2c listener.</summary>
    public Uri GrpcAddress => Address(_grpc);

    /// <summary>The HTTP/1.1 listener.</summary>
    public Uri HttpAddress => Address(_http);

    public ConcurrentQueue<RecordedRequest> Requests { get; } = new();

    /// <summary>What to answer. It may wait: the token ends with the request.</summary>
    public Func<RecordedRequest, CancellationToken, ValueTask<CollectorAnswer>> Answer { get; set; } =
        (_, _) => ValueTask.FromResult(CollectorAnswer.Success);

    public static Task<RecordingCollector> StartAsync() => StartAsync(grpcPort: 0, httpPort: 0);

    /// <summary>Where another one was that has ended.</summary>
    public static async Task<RecordingCollector> StartAsync(int grpcPort, int httpPort)
    {
        var collector = new RecordingCollector(grpcPort, httpPort);
        await collector._application.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public void AnswerWith(CollectorAnswer answer) => Answer = (_, _) => ValueTask.FromResult(answer);

    public void AnswerWith(Func<RecordedRequest, CollectorAnswer> answer) =>
        Answer = (request, _) => ValueTask.FromResult(answer(request));

    /// <summary>Waits until so many requests have come in all, and returns them. Fails the test when they do not come.</summary>
    public async Task<IReadOnlyList<RecordedRequest>> WaitForRequestAsync(int count = 1, TimeSpan? timeout = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(timeout ?? Patience.Limit);
        while (true)
        {
            // Taken before counting: what arrives in between completes this one.
            var arrival = Volatile.Read(ref _arrival).Task;
            if (Requests.Count >= count)
            {
                return [.. Requests];
            }

            try
            {
                await arrival.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                Assert.Fail($"Of {count} requests came {Requests.Count}: {string.Join("; ", Requests)}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Answers that wait for ever must not hold up the end of a test.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    private static TaskCompletionSource NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Uri Address(ListenOptions? listener) =>
        new($"http://{listener?.IPEndPoint ?? throw new InvalidOperationException("The collector is not started.")}");

    private async Task HandleAsync(HttpContext context)
    {
        var request = await RecordAsync(context);
        Requests.Enqueue(request);
        Interlocked.Exchange(ref _arrival, NewArrival()).SetResult();
        var answer = await Answer(request, context.RequestAborted);
        await answer.WriteAsync(context, request);
    }

    private static async Task<RecordedRequest> RecordAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return new RecordedRequest
        {
            Protocol = context.Request.Protocol,
            Method = context.Request.Method,
            Path = context.Request.GetEncodedPathAndQuery(),
            Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Body = body.ToArray(),
        };
    }
}
