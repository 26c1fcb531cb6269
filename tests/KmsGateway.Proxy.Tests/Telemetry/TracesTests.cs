using System.Globalization;
using System.Text;
using Google.Protobuf;
using KmsGateway.Proxy.Telemetry;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Proto.Trace.V1;
using OpenTelemetry.Trace;

namespace KmsGateway.Proxy.Tests.Telemetry;

[Collection(nameof(HearsEverything))]
public sealed class TracesTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Request_WithAContext_IsContinuedToTheKmsAndTheUpstream(string protocol)
    {
        await using var traces = await RecordingCollector.StartAsync();
        await using var upstream = await RecordingCollector.StartAsync();
        await using var gateway = await StartAsync(traces, upstream, ratio: 1, protocol, "--Cache:WarmUp=false");

        await SendAsync(gateway, sampled: true);
        await SendAsync(gateway, sampled: true);

        var spans = await SpansAsync(gateway, traces, "POST /v1/traces", times: 2);
        var ours = spans.Where(span => Hex(span.TraceId) == TraceId).ToList();
        var server = ours.First(span => span.Name == "POST /v1/traces");
        Assert.Equal("b7ad6b7169203331", Hex(server.ParentSpanId));
        Assert.Contains(ours, span => span.Name == "kmsgateway.protect" && Text(span, "kmsgateway.compliance_spans") == "1");

        var miss = Assert.Single(ours, span => span.Name == "kms.retrieve_signing_key" && Text(span, "cache.hit") == "false");
        Assert.Equal(("default", "signing", "true"), (Text(miss, "tenant.id"), Text(miss, "key.type"), Text(miss, "cache.checked")));
        Assert.True(double.Parse(Text(miss, "latency.ms"), CultureInfo.InvariantCulture) > 0);
        Assert.Single(ours, span => span.Name == "kms.retrieve_signing_key" && Text(span, "cache.hit") == "true");
        Assert.Equal(miss.SpanId, Assert.Single(ours, span => span.Name == "kms.decrypt").ParentSpanId);
        Assert.Equal(miss.SpanId, Assert.Single(ours, span => span.Name == "kms.store.read_wraps").ParentSpanId);

        // From a latency on a dashboard to the request that had it.
        using var scrape = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        scrape.Headers.Accept.ParseAdd("application/openmetrics-text;version=1.0.0");
        using var scraped = await gateway.Management.SendAsync(scrape, Token);
        Assert.Contains($"trace_id=\"{TraceId}\"", await scraped.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

        var parent = upstream.Requests.First().Headers["traceparent"].Split('-');
        Assert.Equal(TraceId, parent[1]);
        Assert.Contains(ours, span => Hex(span.SpanId) == parent[2]);
    }

    // Who sends does not decide how much the gateway tells; what the KMS does is told whatever was decided.
    [Fact]
    public async Task Request_RatioZero_TellsOfTheKmsAlone()
    {
        await using var traces = await RecordingCollector.StartAsync();
        await using var upstream = await RecordingCollector.StartAsync();
        await using var gateway = await StartAsync(traces, upstream, ratio: 0, "grpc", "--Cache:WarmUp=false");

        await SendAsync(gateway, sampled: true);
        await SendAsync(gateway, sampled: true);

        var spans = await SpansAsync(gateway, traces, "kms.decrypt");
        Assert.All(spans, span => Assert.StartsWith("kms.", span.Name, StringComparison.Ordinal));
        Assert.Single(spans, span => span.Name == "kms.retrieve_signing_key");
    }

    [Fact]
    public async Task Kms_Away_IsAnErrorWithACodeAndNoMore()
    {
        using var folder = new TemporaryFolder();
        await using var traces = await RecordingCollector.StartAsync();
        await using var upstream = await RecordingCollector.StartAsync();
        var masterKey = Path.Combine(folder.Path, "master.key");
        await using var gateway = await StartAsync(
            traces, upstream, ratio: 1, "grpc", "--Cache:WarmUp=false", $"--Kms:Local:MasterKeyFile={masterKey}");
        File.Move(masterKey, masterKey + ".away");

        await SendAsync(gateway, sampled: true, expected: 503);

        var spans = await SpansAsync(gateway, traces, "kms.retrieve_signing_key");
        var failed = spans.First(span => span.Name == "kms.retrieve_signing_key");
        Assert.Equal(OpenTelemetry.Proto.Trace.V1.Status.Types.StatusCode.Error, failed.Status.Code);
        Assert.Equal(("true", "unavailable", "There is no signing key: unavailable."), (Text(failed, "error"), Text(failed, "error.type"), Text(failed, "error.message")));
        Assert.All(spans, span => Assert.DoesNotContain(folder.Path, span.ToString(), StringComparison.Ordinal));
    }

    // What it sends carries a mark, by which it knows it again over any number of hops.
    [Fact]
    public async Task Telemetry_ComingBack_IsRefusedForGood()
    {
        await using var traces = await RecordingCollector.StartAsync();
        await using var upstream = await RecordingCollector.StartAsync();
        await using var gateway = await StartAsync(traces, upstream, ratio: 1, "http/protobuf");
        await SendAsync(gateway, sampled: true);
        await SpansAsync(gateway, traces, "POST /v1/traces");
        var exported = traces.Requests.First();

        using var returned = new HttpRequestMessage(HttpMethod.Post, "/v1/traces") { Content = new ByteArrayContent(exported.Body) };
        returned.Content.Headers.ContentType = new(OtlpClient.Protobuf);
        returned.Headers.Add(TelemetryOrigin.Header, exported.Headers[TelemetryOrigin.Header]);
        using var answer = await gateway.Http.SendAsync(returned, Token);

        Assert.Equal(508, (int)answer.StatusCode);
        Assert.False(answer.Headers.Contains("Retry-After"));
        Assert.Single(upstream.Requests);
    }

    [Theory]
    [InlineData("http://localhost:4317", "a port of this gateway")]
    [InlineData("http://127.0.0.1:4318", "a port of this gateway")]
    [InlineData("collector:4317", "Set an http or https address")]
    public void Start_EndpointThatCannotBe_IsRefused(string endpoint, string expected)
    {
        using var folder = new TemporaryFolder();
        var refused = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => GatewayApplication.Create(
        [
            .. TestGateway.Defaults(folder),
            "--EmbeddedSink:Enabled=true",
            "--Kestrel:Endpoints:OtlpGrpc:Url=http://*:4317",
            "--Kestrel:Endpoints:OtlpHttp:Url=http://*:4318",
            $"--Telemetry:Endpoint={endpoint}",
        ]));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_ByOtlp_AreSentWhenAskedFor()
    {
        await using var collector = await RecordingCollector.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            "--EmbeddedSink:Enabled=true", $"--Telemetry:Endpoint={collector.GrpcAddress}", "--Telemetry:Traces=false", "--Telemetry:Metrics=true",
            "--Telemetry:MetricsSeconds=1");

        // The first export may be from before the gateway's own series.
        await Poll.UntilAsync(() => collector.Requests.Any(request =>
            request.Path == "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"
            && Encoding.UTF8.GetString(request.Body).Contains("kmsgateway.compliance_spans", StringComparison.Ordinal)));
    }

    private static Task<TestGateway> StartAsync(
        RecordingCollector traces, RecordingCollector upstream, double ratio, string protocol, params string[] settings) => TestGateway.StartAsync(
    [
        .. TestGateway.Upstreams(upstream.GrpcAddress, upstream.HttpAddress),
        $"--Telemetry:Endpoint={(protocol == "grpc" ? traces.GrpcAddress : traces.HttpAddress)}",
        $"--Telemetry:Protocol={protocol}",
        string.Create(CultureInfo.InvariantCulture, $"--Telemetry:TraceRatio={ratio}"),
        .. settings,
    ]);

    private static async Task SendAsync(TestGateway gateway, bool sampled, int expected = 200)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/traces") { Content = new ByteArrayContent(TraceRequests.Mixed(1, 1).ToByteArray()) };
        request.Content.Headers.ContentType = new(OtlpClient.Protobuf);
        request.Headers.Add("traceparent", $"00-{TraceId}-b7ad6b7169203331-{(sampled ? "01" : "00")}");
        using var answer = await gateway.Http.SendAsync(request, Token);
        Assert.Equal(expected, (int)answer.StatusCode);
    }

    // The server's span ends behind the answer: there have to be as many as requests.
    private static async Task<IReadOnlyList<Span>> SpansAsync(TestGateway gateway, RecordingCollector traces, string waitFor, int times = 1)
    {
        List<Span> spans = [];
        await Poll.UntilAsync(() =>
        {
            gateway.Services.GetRequiredService<TracerProvider>().ForceFlush();
            spans = [.. traces.Requests.SelectMany(request => request.ParseTraces().ResourceSpans).SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans)];
            return spans.Count(span => span.Name == waitFor) >= times;
        });
        return spans;
    }

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    private static string Text(Span span, string key) => span.Attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value switch
    {
        null => "",
        { HasStringValue: true } text => text.StringValue,
        { HasBoolValue: true } truth => truth.BoolValue ? "true" : "false",
        { HasIntValue: true } number => number.IntValue.ToString(CultureInfo.InvariantCulture),
        var other => other.DoubleValue.ToString(CultureInfo.InvariantCulture),
    };
}
