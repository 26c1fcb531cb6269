using Google.Protobuf;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Certificates;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;

namespace KmsGateway.Proxy.Tests.Tenancy;

/// <summary>A gateway with TLS on its OTLP ports and tenants acme, globex and initech, in front of a collector that must see what is allowed only.</summary>
internal sealed class TenancyFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCollector _collector;
    private TestGateway _gateway = null!;

    private TenancyFixture(RecordingCollector collector, TestCertificates certificates)
    {
        _collector = collector;
        Certificates = certificates;
    }

    public TestCertificates Certificates { get; }

    public TestGateway Gateway => _gateway;

    public RecordingCollector Collector => _collector;

    /// <param name="settings">Makes the settings; the folder is for files that they name.</param>
    public static async Task<TenancyFixture> StartAsync(Func<TestCertificates, TemporaryFolder, string[]> settings)
    {
        var fixture = new TenancyFixture(await RecordingCollector.StartAsync(), new TestCertificates());
        using var server = fixture.Certificates.Server();
        var (certificate, key) = TestCertificates.Write(server, fixture._folder, "server");
        fixture._gateway = await TestGateway.StartAsync(
        [
            .. TestGateway.Upstreams(fixture.Collector.GrpcAddress, fixture.Collector.HttpAddress),
            "--Kestrel:Endpoints:OtlpGrpc:Url=https://127.0.0.1:0",
            "--Kestrel:Endpoints:OtlpHttp:Url=https://127.0.0.1:0",
            $"--Kestrel:Certificates:Default:Path={certificate}",
            $"--Kestrel:Certificates:Default:KeyPath={key}",
            "--Tenancy:Tenants:0=acme",
            "--Tenancy:Tenants:1=globex",
            "--Tenancy:Tenants:2=initech",
            .. settings(fixture.Certificates, fixture._folder),
        ]);
        return fixture;
    }

    /// <summary>Sends one compliance span over each protocol; gives what the spans that arrived say of their tenant.</summary>
    public async Task<string> AcceptedAsync(OtlpClient client, params (string Name, string Value)[] headers)
    {
        Collector.Requests.Clear();
        (await PostAsync(client, "/v1/traces", headers)).Succeeded();
        (await CallAsync(client, headers)).Succeeded();
        return Assert.Single(Collector.Requests
            .Select(request => SignatureText.TenantAndSource(TraceRequests.SpansOf(request.ParseTraces()).Single())).Distinct());
    }

    /// <summary>Sends over each protocol and each signal, and is refused; nothing reaches the upstream.</summary>
    public async Task RefusedAsync(OtlpClient client, int status, params (string Name, string Value)[] headers)
    {
        Collector.Requests.Clear();
        foreach (var path in (string[])["/v1/traces", "/v1/metrics", "/v1/logs", "/v1development/profiles"])
        {
            var http = await PostAsync(client, path, headers);
            Assert.Equal(status, http.Status);
            Assert.Equal(OtlpClient.Protobuf, http.Headers["Content-Type"]);
            AssertTellsNothing(DecodedStatus.Parse(http.Body).Message, headers);
        }

        var grpc = await CallAsync(client, headers);
        Assert.Equal(status switch { 401 => 16, 403 => 7, _ => 14 }, grpc.GrpcStatus);
        AssertTellsNothing(grpc.GrpcMessage!, headers);
        Assert.Empty(Collector.Requests);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _collector.DisposeAsync();
        Certificates.Dispose();
        _folder.Dispose();
    }

    private Task<OtlpResponse> PostAsync(OtlpClient client, string path, (string Name, string Value)[] headers) => client.PostAsync(
        Gateway.Address(GatewayListener.OtlpHttp), path, Body(), OtlpClient.Protobuf, null, headers);

    private Task<OtlpResponse> CallAsync(OtlpClient client, (string Name, string Value)[] headers) => client.CallAsync(
        Gateway.Address(GatewayListener.OtlpGrpc), OtlpClient.TracesMethod, GrpcFrame.Wrap(Body()), null, headers);

    private static byte[] Body() => TraceRequests.Of(SpanBuilder.Compliance().Build()).ToByteArray();

    private static void AssertTellsNothing(string message, (string Name, string Value)[] headers) =>
        Assert.All(headers.Where(header => header.Value.Length > 3), header => Assert.DoesNotContain(header.Value, message, StringComparison.Ordinal));
}
