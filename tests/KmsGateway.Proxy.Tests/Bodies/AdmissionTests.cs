using Google.Protobuf;
using KmsGateway.Proxy.Bodies;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Rejections;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using Microsoft.Extensions.DependencyInjection;

namespace KmsGateway.Proxy.Tests.Bodies;

public sealed class AdmissionTests
{
    [Fact]
    public void Take_MoreThanTheBudget_IsBusyAndTakesNothing()
    {
        var admission = new Admission(maxBytes: 100, maxRequests: 1);
        using var first = admission.Enter();
        using var second = admission.Enter();
        first.Take(60);

        Assert.Equal(RejectionReason.Busy, Assert.Throws<RejectionException>(() => second.Take(41)).Reason);
        second.Take(40);
        first.Dispose();
        second.Take(60);

        Assert.Equal(100, admission.Bytes);
        second.Dispose();
        second.Dispose();
        Assert.Equal(0, admission.Bytes);
    }

    [Fact]
    public void StartWork_MoreThanAllowed_IsBusyUntilOneEnds()
    {
        var admission = new Admission(maxBytes: 100, maxRequests: 1);
        using var first = admission.Enter();
        using var second = admission.Enter();
        first.StartWork();

        Assert.Equal(RejectionReason.Busy, Assert.Throws<RejectionException>(second.StartWork).Reason);
        first.Dispose();
        second.StartWork();

        Assert.Equal(1, admission.Requests);
        second.Dispose();
        Assert.Equal(0, admission.Requests);
    }

    [Fact]
    public void Write_LargerAndLarger_IsPaidByWhatIsLent()
    {
        var admission = new Admission(maxBytes: 1 << 20, maxRequests: 1);
        using var lease = admission.Enter();
        var buffer = new LeasedBuffer(lease);
        buffer.GetSpan(1)[0] = 7;
        buffer.Advance(1);
        Assert.Equal(16 * 1024, admission.Bytes);

        buffer.GetSpan(100_000);
        Assert.Equal(128 * 1024, admission.Bytes);
        Assert.Equal([7], buffer.WrittenSpan.ToArray());
        Assert.Throws<RejectionException>(() => buffer.GetMemory(1 << 20));
        Assert.Equal(128 * 1024, admission.Bytes);

        buffer.Dispose();
        Assert.Equal(0, admission.Bytes);
    }

    // While the upstream holds one request, the next is refused at once, in each protocol, and not kept waiting.
    [Theory]
    [InlineData("--Limits:MaxConcurrentRequests=1")]
    [InlineData(
        "--Limits:MaxWireBytes=262144", "--Limits:MaxMessageBytes=262144", "--Limits:MaxUpstreamMessageBytes=262144", "--Limits:MaxBufferedBytes=1835008")]
    public async Task Send_NoRoom_IsRefusedAtOnceAndServedLater(params string[] limits)
    {
        using var client = new OtlpClient();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var collector = await RecordingCollector.StartAsync();
        collector.Answer = async (_, cancellation) =>
        {
            await gate.Task.WaitAsync(cancellation);
            return CollectorAnswer.Success;
        };
        await using var gateway = await TestGateway.StartAsync([.. TestGateway.Upstreams(collector.GrpcAddress, collector.HttpAddress), .. limits]);
        var admission = gateway.Services.GetRequiredService<Admission>();
        var body = TraceRequests.Of(SpanBuilder.Compliance().Attribute("filler", new string('x', 250_000)).Build()).ToByteArray();

        // As many as fit: they wait for the upstream with all that they hold.
        var held = new List<Task<OtlpResponse>>();
        OtlpResponse refused;
        do
        {
            held.Add(client.PostAsync(gateway.Address(GatewayListener.OtlpHttp), OtlpClient.TracesPath, body, OtlpClient.Protobuf));
            var arrived = collector.WaitForRequestAsync(held.Count);
            refused = await (await Task.WhenAny(held[^1], AsAnswer(arrived)));
        }
        while (refused.Status == 0);

        Assert.Equal((503, "2"), (refused.Status, refused.Headers["Retry-After"]));
        var grpc = await client.CallAsync(gateway.Address(GatewayListener.OtlpGrpc), OtlpClient.TracesMethod, GrpcFrame.Wrap(body));
        Assert.Equal(14, grpc.GrpcStatus);
        Assert.Equal(2, DecodedStatus.Parse(grpc.GrpcDetails!).RetryDelay);

        gate.SetResult();
        foreach (var answer in held.SkipLast(1))
        {
            (await answer).Succeeded();
        }

        // Given back behind the answers.
        await Poll.UntilAsync(() => admission is { Bytes: 0, Requests: 0 });
        (await client.PostAsync(gateway.Address(GatewayListener.OtlpHttp), OtlpClient.TracesPath, body, OtlpClient.Protobuf)).Succeeded();
    }

    private static async Task<OtlpResponse> AsAnswer(Task arrived)
    {
        await arrived;
        return new OtlpResponse(0, new Dictionary<string, string>(StringComparer.Ordinal), []);
    }
}
