using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Proxy.Tests.Telemetry;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Proto.Trace.V1;

namespace KmsGateway.Proxy.Tests.Protection;

/// <summary>Spans with an attribute that the store behind the gateway would cut: signed and told of, or marked, as the operator chose.</summary>
[Collection(nameof(HearsEverything))]
public sealed class OversizeTests
{
    private const string Secret = "the value itself is nobody's business";

    [Theory]
    [InlineData("warn", "audit.integrity.value", 2, 0)]
    [InlineData("mark", "audit.integrity.error", 0, 2)]
    public async Task Send_SpansWithALongValue_DoesWhatTheOperatorChose(string onOversize, string lastKey, int oversize, int marked)
    {
        var log = new LogCapture();
        await using var collector = await RecordingCollector.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            builder => builder.Logging.AddProvider(log),
            [.. TestGateway.Upstreams(collector.GrpcAddress, collector.HttpAddress), $"--Signing:OnOversize={onOversize}", "--Logging:LogLevel:Default=Warning"]);
        using var client = new OtlpClient();
        var request = TraceRequests.Of([Long(), Long(), SpanBuilder.Compliance().Build(), SpanBuilder.Ordinary().Attribute("a", Text(3_000)).Build()]);

        (await client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), request)).Succeeded();

        var arrived = TraceRequests.SpansOf((await collector.WaitForRequestAsync()).Single().ParseTraces()).ToList();
        Assert.Equal([lastKey, lastKey, "audit.integrity.value", "a"], arrived.Select(span => span.Attributes[^1].Key));
        var metrics = await gateway.Management.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains($"kmsgateway_spans_oversize_total{{tenant_id=\"default\"}} {oversize}\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"kmsgateway_spans_unsigned_total{{reason=\"unsignable:oversize\"}} {marked}\n", metrics, StringComparison.Ordinal);
        Assert.Single(log.Lines, line => line.StartsWith($"Warning 2 {(marked > 0 ? "compliance" : "signed")} spans of tenant default ", StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, log.Text, StringComparison.Ordinal);
    }

    private static Span Long() => SpanBuilder.Compliance().Attribute("compliance.note", Text(2_100)).Build();

    private static string Text(int length) => Secret.PadRight(length, '.');
}
