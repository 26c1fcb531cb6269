using Google.Protobuf;
using KmsGateway.Proxy.Bodies;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using Microsoft.Extensions.DependencyInjection;

namespace KmsGateway.Proxy.Tests.Forwarding;

public sealed class FailoverTests : IAsyncLifetime
{
    private readonly OtlpClient _client = new();
    private RecordingCollector _dead = null!;
    private RecordingCollector _other = null!;

    public async ValueTask InitializeAsync() =>
        (_dead, _other) = (await RecordingCollector.StartAsync(), await RecordingCollector.StartAsync());

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _dead.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_DestinationBreaksOff_OtherGetsTheVeryBytesThatWereSigned(bool grpc)
    {
        _dead.AnswerWith(CollectorAnswer.Abort);
        await using var gateway = await StartAsync("--Upstream:Failover=true");

        await SendUntilDeadWasTriedAsync(gateway, grpc);

        Assert.Equal(_dead.Requests.Single().Body, _other.Requests.Last().Body);
        Assert.Equal(2, TraceRequests.SpansOf(_other.Requests.Last().ParseTraces()).Count(span => SignatureText.Fate(span) == "signed"));

        // Given back behind the answer.
        await Poll.UntilAsync(() => gateway.Services.GetRequiredService<Admission>().Bytes == 0);
    }

    [Fact]
    public async Task Send_BothBreakOff_IsTriedTwiceAndThenRetryable()
    {
        _dead.AnswerWith(CollectorAnswer.Abort);
        _other.AnswerWith(CollectorAnswer.Abort);
        await using var gateway = await StartAsync("--Upstream:Failover=true");

        var answer = await _client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), TraceRequests.Mixed(2, 1));

        Assert.Equal(503, answer.Status);
        Assert.Equal((1, 1), (_dead.Requests.Count, _other.Requests.Count));
    }

    // An answer is an answer, good or bad: the sender gets it.
    [Fact]
    public async Task Send_DestinationRefuses_IsItsAnswer()
    {
        _dead.AnswerWith(CollectorAnswer.Http(503, headers: ("Retry-After", "7")));
        _other.AnswerWith(CollectorAnswer.Http(503, headers: ("Retry-After", "7")));
        await using var gateway = await StartAsync("--Upstream:Failover=true");

        var answer = await _client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), TraceRequests.Mixed(2, 1));

        Assert.Equal((503, "7"), (answer.Status, answer.Headers["Retry-After"]));
        Assert.Equal(1, _dead.Requests.Count + _other.Requests.Count);
    }

    [Fact]
    public async Task Send_WithoutTheOption_SenderTriesAgain()
    {
        _dead.AnswerWith(CollectorAnswer.Abort);
        _other.AnswerWith(CollectorAnswer.Abort);
        await using var gateway = await StartAsync();

        Assert.Equal(503, (await _client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), TraceRequests.Mixed(2, 1))).Status);
        Assert.Equal(1, _dead.Requests.Count + _other.Requests.Count);
    }

    // The balancer chooses among two at random.
    private async Task SendUntilDeadWasTriedAsync(TestGateway gateway, bool grpc)
    {
        while (_dead.Requests.IsEmpty)
        {
            var request = TraceRequests.Mixed(2, 1);
            (grpc
                ? await _client.CallAsync(gateway.Address(GatewayListener.OtlpGrpc), OtlpClient.TracesMethod, GrpcFrame.Wrap(request.ToByteArray()))
                : await _client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), request)).Succeeded();
        }
    }

    private Task<TestGateway> StartAsync(params string[] settings) => TestGateway.StartAsync(
    [
        .. TestGateway.Upstreams(_dead.GrpcAddress, _dead.HttpAddress),
        $"--ReverseProxy:Clusters:otlp-grpc:Destinations:second:Address={_other.GrpcAddress}",
        $"--ReverseProxy:Clusters:otlp-http:Destinations:second:Address={_other.HttpAddress}",
        .. settings,
    ]);
}
