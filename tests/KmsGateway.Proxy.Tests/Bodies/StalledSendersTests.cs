using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using KmsGateway.Proxy.Bodies;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace KmsGateway.Proxy.Tests.Bodies;

/// <summary>Senders that stall or go away, next to one that does neither.</summary>
public sealed class StalledSendersTests : IAsyncLifetime
{
    private const int FailedInTheGateway = 4020;

    private readonly OtlpClient _client = new();
    private readonly LogCapture _log = new();
    private RecordingCollector _collector = null!;
    private TestGateway _gateway = null!;

    private Admission Admission => _gateway.Services.GetRequiredService<Admission>();

    private Uri Http => _gateway.Address(GatewayListener.OtlpHttp);

    private Uri Grpc => _gateway.Address(GatewayListener.OtlpGrpc);

    public async ValueTask InitializeAsync()
    {
        _collector = await RecordingCollector.StartAsync();
        _gateway = await TestGateway.StartAsync(
            builder =>
            {
                builder.Logging.AddProvider(_log);

                // They stall for as long as a test takes.
                TestGateway.WithClock(builder, new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
            },
            [.. TestGateway.Upstreams(_collector.GrpcAddress, _collector.HttpAddress), "--Logging:LogLevel:Default=Warning"]);
    }

    public async ValueTask DisposeAsync()
    {
        await Poll.UntilAsync(() => Admission is { Bytes: 0, Requests: 0 });

        // Senders that go away are no fault of the gateway, and wake nobody.
        Assert.Equal(0, _log.Count(FailedInTheGateway));
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _collector.DisposeAsync();
    }

    [Fact]
    public async Task Send_BesideAThousandStalledStreams_IsServed()
    {
        const int Streams = 1_000;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var many = new HttpClient(new SocketsHttpHandler { EnableMultipleHttp2Connections = true }) { Timeout = TestTime.Limit };
        var stalled = Enumerable.Range(0, Streams).Select(_ => StallAsync(many, stop.Token)).ToList();
        await Poll.UntilAsync(() => Admission.Bytes >= Streams * 16 * 1024);

        for (var i = 0; i < 50; i++)
        {
            (await _client.SendGrpcAsync(Grpc, TraceRequests.Mixed(2, 1))).Succeeded();
            (await _client.SendAsync(Http, TraceRequests.Mixed(2, 1))).Succeeded();
        }

        // What a thousand of them cost is what they sent.
        Assert.InRange(Admission.Bytes, Streams * 16 * 1024, Streams * 32 * 1024);
        Assert.Equal(100, _collector.Requests.Count);
        await stop.CancelAsync();
        await Task.WhenAll(stalled);
    }

    [Theory]
    [InlineData("")]
    [InlineData("POST /v1/traces HTTP/1.1\nHost: x\nContent-Ty")]
    [InlineData("POST /v1/traces HTTP/1.1\nHost: x\nContent-Type: application/x-protobuf\nContent-Length: 1000\n\n")]
    [InlineData("POST /v1/traces HTTP/1.1\nHost: x\nContent-Type: application/x-protobuf\nContent-Length: 1000\n\n0123456789")]
    public async Task Abort_BeforeTheBodyIsThere_NothingIsHeld(string part)
    {
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) })
        {
            await socket.ConnectAsync(IPAddress.Loopback, Http.Port, TestContext.Current.CancellationToken);
            await socket.SendAsync(Encoding.ASCII.GetBytes(part.ReplaceLineEndings("\r\n")), TestContext.Current.CancellationToken);
            if (part.EndsWith('9'))
            {
                await Poll.UntilAsync(() => Admission.Bytes > 0);
            }
        }

        await Poll.UntilAsync(() => Admission is { Bytes: 0, Requests: 0 });
        Assert.Empty(_collector.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Abort_WhileTheUpstreamWorks_IsToldTheUpstreamAndNothingIsHeld(bool grpc)
    {
        var upstreamGone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _collector.Answer = async (_, cancellation) =>
        {
            await using var registration = cancellation.Register(upstreamGone.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return CollectorAnswer.Success;
        };
        using var abort = new CancellationTokenSource();
        using var http = new HttpClient { Timeout = TestTime.Limit };
        var message = TraceRequests.Mixed(3, 0).ToByteArray();
        using var request = new HttpRequestMessage(HttpMethod.Post, grpc ? new Uri(Grpc, OtlpClient.TracesMethod) : new Uri(Http, OtlpClient.TracesPath))
        {
            Version = grpc ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(grpc ? GrpcFrame.Wrap(message) : message),
        };
        request.Content.Headers.ContentType = new(grpc ? "application/grpc" : OtlpClient.Protobuf);

        var sending = http.SendAsync(request, abort.Token);
        await _collector.WaitForRequestAsync();
        Assert.Equal(1, Admission.Requests);
        await abort.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await upstreamGone.Task.WaitAsync(TestTime.Limit, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Abort_WhileTheAnswerComes_NothingIsHeld()
    {
        _collector.AnswerWith(CollectorAnswer.Custom(async (context, _) =>
        {
            context.Response.ContentType = OtlpClient.Protobuf;
            await context.Response.Body.WriteAsync(new byte[1000], context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        }));
        using var http = new HttpClient { Timeout = TestTime.Limit };
        using var content = new ByteArrayContent(TraceRequests.Mixed(3, 0).ToByteArray());
        content.Headers.ContentType = new(OtlpClient.Protobuf);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Http, OtlpClient.TracesPath)) { Content = content };

        using (await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
        {
            Assert.Equal(1, Admission.Requests);
        }

        await Poll.UntilAsync(() => Admission is { Bytes: 0, Requests: 0 });
    }

    [Fact]
    public async Task Send_UpstreamBreaksOff_NothingIsHeld()
    {
        _collector.AnswerWith(CollectorAnswer.Abort);

        Assert.Equal(503, (await _client.SendAsync(Http, TraceRequests.Mixed(3, 0))).Status);
        Assert.Equal(14, (await _client.SendGrpcAsync(Grpc, TraceRequests.Mixed(3, 0))).GrpcStatus);
    }

    private async Task StallAsync(HttpClient client, CancellationToken stop)
    {
        using var content = new EndlessContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Grpc, OtlpClient.TracesMethod))
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        try
        {
            using var answer = await client.SendAsync(request, stop);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException)
        {
            // It goes away at the end.
        }
    }
}
