using KmsGateway.EndToEnd.Tests.Senders;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Exporter;
using OpenTelemetry.Proto.Trace.V1;
using Xunit;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>The exporters against the collector, with no gateway between them: what the other tests stand on holds.</summary>
public sealed class ExporterPeerTests
{
    public static MatrixTheoryData<string, string> NodeExporters { get; } = new(["proto", "http", "grpc"], ["none", "gzip"]);

    public static MatrixTheoryData<OtlpExportProtocol, OtlpExportCompression> DotNetExporters { get; } = new(
        [OtlpExportProtocol.Grpc, OtlpExportProtocol.HttpProtobuf],
        [OtlpExportCompression.None, OtlpExportCompression.GZip]);

    [Theory]
    [MemberData(nameof(NodeExporters))]
    public async Task Send_NodeExporter_CollectorReadsEverySpan(string exporter, string compression)
    {
        await using var collector = await RecordingCollector.StartAsync();

        await NodeExporter.SendAsync(exporter, collector.HttpAddress, collector.GrpcAddress, compression, compliance: 2, ordinary: 3);

        AssertReceived(await collector.WaitForRequestAsync(), exporter == "grpc", compression == "gzip");
    }

    [Theory]
    [MemberData(nameof(DotNetExporters))]
    public async Task Send_DotNetExporter_CollectorReadsEverySpan(OtlpExportProtocol protocol, OtlpExportCompression compression)
    {
        await using var collector = await RecordingCollector.StartAsync();

        DotNetExporter.Send(protocol, collector.HttpAddress, collector.GrpcAddress, compression, compliance: 2, ordinary: 3);

        AssertReceived(
            await collector.WaitForRequestAsync(),
            protocol == OtlpExportProtocol.Grpc,
            compression == OtlpExportCompression.GZip);
    }

    [Fact]
    public async Task Send_NodeExporterAndCollectorRefuses_ExporterFails()
    {
        NodeExporter.Require();
        await using var collector = await RecordingCollector.StartAsync();
        collector.AnswerWith(CollectorAnswer.Http(400));

        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() =>
            NodeExporter.SendAsync("proto", collector.HttpAddress, collector.GrpcAddress, "none", compliance: 1, ordinary: 1));
    }

    private static void AssertReceived(IReadOnlyList<RecordedRequest> requests, bool grpc, bool gzip)
    {
        Assert.All(requests, request =>
        {
            Assert.Equal(grpc ? "HTTP/2" : "HTTP/1.1", request.Protocol);
            Assert.Equal(gzip, request.Headers.GetValueOrDefault(grpc ? "grpc-encoding" : "Content-Encoding") == "gzip");
        });
        var spans = requests.SelectMany(request => TraceRequests.SpansOf(request.ParseTraces())).ToArray();
        Assert.Equal(5, spans.Length);
        Assert.Equal(2, spans.Count(span => span.Attributes.Any(a => a.Key == "compliance.framework" && a.Value.StringValue == "SOX")));
        Assert.Equal(4, spans.Count(span =>
            span is { Events.Count: 3, Links.Count: 1, ParentSpanId.Length: 8, Status.Code: Status.Types.StatusCode.Error }));
    }
}
