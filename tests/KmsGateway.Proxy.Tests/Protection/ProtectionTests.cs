using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using KmsGateway.Cryptography;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Trace.V1;

namespace KmsGateway.Proxy.Tests.Protection;

/// <summary>Real clients, a real gateway, a recording collector behind it.</summary>
public sealed class ProtectionTests : IAsyncLifetime
{
    private readonly OtlpClient _client = new();
    private RecordingCollector _collector = null!;
    private TestGateway _gateway = null!;

    private Uri Http => _gateway.Address(GatewayListener.OtlpHttp);

    private Uri Grpc => _gateway.Address(GatewayListener.OtlpGrpc);

    public async ValueTask InitializeAsync()
    {
        _collector = await RecordingCollector.StartAsync();
        _gateway = await TestGateway.StartAsync(
        [
            .. TestGateway.Upstreams(_collector.GrpcAddress, _collector.HttpAddress),
            "--Tenancy:Tenants:1=acme",
            "--Limits:MaxWireBytes=200000",
            "--Limits:MaxMessageBytes=3000000",
            "--Limits:MaxSpans=20",
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _collector.DisposeAsync();
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZip")]
    [InlineData("identity")]
    public async Task Post_CodingThatIsKnown_IsTaken(string coding)
    {
        var message = TraceRequests.Mixed(2, 1).ToByteArray();
        var body = coding == "identity" ? message : Gzip.Compress(message);

        (await _client.PostAsync(Http, OtlpClient.TracesPath, body, OtlpClient.Protobuf, coding)).Succeeded();

        var arrived = (await _collector.WaitForRequestAsync()).Single();
        Assert.False(arrived.Headers.ContainsKey("Content-Encoding"));
        Assert.Equal(2, Signed(arrived));
    }

    [Fact]
    public async Task Post_OrdinarySpansMarkedIdentity_ArriveWithoutTheHeaderThatCollectorsRefuse()
    {
        var body = TraceRequests.Mixed(0, 1).ToByteArray();

        (await _client.PostAsync(Http, OtlpClient.TracesPath, body, OtlpClient.Protobuf, "identity")).Succeeded();

        var arrived = (await _collector.WaitForRequestAsync()).Single();
        Assert.False(arrived.Headers.ContainsKey("Content-Encoding"));
        Assert.Equal(body, arrived.Body);
    }

    [Theory]
    [InlineData("gzip, gzip")]
    [InlineData("gzip,identity")]
    [InlineData("x-gzip")]
    [InlineData("snappy")]
    [InlineData("br")]
    public async Task Post_CodingThatIsNotKnown_Is415AndNotForwarded(string coding)
    {
        var answer = await _client.PostAsync(Http, OtlpClient.TracesPath, [1, 2, 3], OtlpClient.Protobuf, coding);

        Assert.Equal(415, answer.Status);
        Assert.Empty(_collector.Requests);
    }

    [Fact]
    public async Task Post_MoreThanTheWireLimit_Is413WhetherDeclaredOrChunked()
    {
        var body = new byte[200_001];

        Assert.Equal(413, (await _client.PostAsync(Http, OtlpClient.TracesPath, body, OtlpClient.Protobuf)).Status);
        using var chunked = new HttpRequestMessage(HttpMethod.Post, OtlpClient.TracesPath) { Content = new ByteArrayContent(body) };
        chunked.Headers.TransferEncodingChunked = true;
        chunked.Content.Headers.ContentType = new(OtlpClient.Protobuf);
        using var answer = await _gateway.Http.SendAsync(chunked, TestContext.Current.CancellationToken);
        Assert.Equal(413, (int)answer.StatusCode);
        Assert.Empty(_collector.Requests);
    }

    [Fact]
    public async Task Export_MoreThanTheWireLimit_IsResourceExhaustedWithoutRetry()
    {
        var refusal = await _gateway.Grpc.ExportRefusedAsync(GrpcSender.Traces, new byte[200_001]);

        Assert.Equal(new DecodedStatus(8, refusal.Status.Detail, null), DecodedStatus.Of(refusal));
    }

    [Theory]
    [InlineData(2_900_000, "more than 200 times")]
    [InlineData(3_000_001, "more than the 3000000 bytes")]
    public async Task Post_GzipBomb_Is413(int size, string reason)
    {
        var zeros = new byte[size];
        if (size > 3_000_000)
        {
            // Random enough to stay below the ratio.
            RandomNumberGenerator.Fill(zeros.AsSpan(0, 100_000));
        }

        var answer = await _client.PostAsync(Http, OtlpClient.TracesPath, Gzip.Compress(zeros), OtlpClient.Json, "gzip");

        Assert.Equal(413, answer.Status);
        Assert.Contains(reason, answer.Text, StringComparison.Ordinal);
        Assert.Empty(_collector.Requests);
    }

    [Fact]
    public async Task Post_TooManySpans_Is413() =>
        Assert.Equal(413, (await _client.SendAsync(Http, TraceRequests.Mixed(0, 21))).Status);

    [Theory]
    [InlineData(OtlpClient.Protobuf, null, "FFFF")]
    [InlineData(OtlpClient.Json, null, "7B")]
    [InlineData(OtlpClient.Json, null, "7B226122203A20317D7B7D")]
    [InlineData(OtlpClient.Protobuf, "gzip", "1F8B0800")]
    [InlineData(OtlpClient.Protobuf, "gzip", "0A00")]
    public async Task Post_BrokenBody_Is400AndNotForwarded(string type, string? coding, string body)
    {
        var answer = await _client.PostAsync(Http, OtlpClient.TracesPath, Convert.FromHexString(body), type, coding);

        Assert.Equal(400, answer.Status);
        Assert.Empty(_collector.Requests);
    }

    // Up to 8 bytes are the trailer: all of the message is there, and nothing that says so.
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(12)]
    public async Task Post_GzipCutShort_Is400(int missing)
    {
        var body = Gzip.Compress(TraceRequests.Mixed(2, 2).ToByteArray());

        var answer = await _client.PostAsync(Http, OtlpClient.TracesPath, body[..^missing], OtlpClient.Protobuf, "gzip");

        Assert.Equal(400, answer.Status);
        Assert.Empty(_collector.Requests);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("00000000", null)]
    [InlineData("0000000001", null)]
    [InlineData("000000000000", null)]
    [InlineData("00000000000000000000", null)]
    [InlineData("0200000000", null)]
    [InlineData("0100000000", null)]
    [InlineData("0100000000", "identity")]
    public async Task Export_BrokenFrame_IsInvalidArgumentAndNotForwarded(string frame, string? encoding)
    {
        var answer = await _client.CallAsync(Grpc, OtlpClient.TracesMethod, Convert.FromHexString(frame), encoding);

        Assert.Equal(3, answer.GrpcStatus);
        Assert.Empty(_collector.Requests);
    }

    [Fact]
    public async Task Export_UnknownMessageEncoding_IsUnimplemented() =>
        Assert.Equal(12, (await _client.CallAsync(Grpc, OtlpClient.TracesMethod, [0, 0, 0, 0, 0], "snappy")).GrpcStatus);

    [Fact]
    public async Task Post_TenantInTheHeader_SignsWithThatTenantsKey()
    {
        await SendAsync(("X-Scope-OrgID", "acme"));
        await SendAsync();

        var arrived = await _collector.WaitForRequestAsync(2);
        var statements = arrived.Select(request => Statement(TraceRequests.SpansOf(request.ParseTraces()).First())).ToList();
        Assert.Equal(
            ["acme header", "default default"],
            statements.Select(statement => $"{statement.GetProperty("tenant")} {statement.GetProperty("src")}"));
        Assert.Equal(2, arrived.Select(request => KeyId(TraceRequests.SpansOf(request.ParseTraces()).First())).Distinct().Count());
    }

    [Theory]
    [InlineData("globex")]
    [InlineData("")]
    [InlineData("ACME")]
    [InlineData("acme|default")]
    public async Task Post_TenantThatIsNotKnown_Is403AndNotRepeated(string tenant)
    {
        var answer = await _client.PostAsync(
            Http, OtlpClient.TracesPath, TraceRequests.Mixed(1, 0).ToByteArray(), OtlpClient.Json, null, ("X-Scope-OrgID", tenant));

        Assert.Equal(403, answer.Status);
        Assert.True(tenant.Length == 0 || !answer.Text.Contains(tenant, StringComparison.Ordinal));
        Assert.Empty(_collector.Requests);
    }

    [Fact]
    public async Task Post_TwoTenants_Is403()
    {
        var answer = await _client.PostAsync(
            Http, OtlpClient.TracesPath, [], OtlpClient.Protobuf, null, ("X-Scope-OrgID", "acme"), ("X-Scope-OrgID", "default"));

        Assert.Equal(403, answer.Status);
    }

    [Fact]
    public async Task Post_UnsignableSpan_GoesOnMarked()
    {
        var span = SpanBuilder.Compliance().Attribute("compliance.framework", "twice").Build();

        (await _client.SendAsync(Http, TraceRequests.Of([span, SpanBuilder.Compliance().Build()]))).Succeeded();

        var arrived = TraceRequests.SpansOf((await _collector.WaitForRequestAsync()).Single().ParseTraces()).ToList();
        Assert.Equal(("audit.integrity.error", "duplicate-key"), (arrived[0].Attributes[^1].Key, arrived[0].Attributes[^1].Value.StringValue));
        Assert.Equal("audit.integrity.value", arrived[1].Attributes[^1].Key);
    }

    [Fact]
    public async Task Post_PolicyOfAStatement_IsPublishedWithItsHash()
    {
        await SendAsync();
        var statement = Statement(TraceRequests.SpansOf((await _collector.WaitForRequestAsync()).Single().ParseTraces()).First());
        var pol = statement.GetProperty("pol").GetString()!;

        var policy = await _gateway.Management.GetByteArrayAsync(
            $"/.well-known/kmsgateway-policies/{pol}", TestContext.Current.CancellationToken);

        Assert.Equal(pol, Base64UrlText.Encode(SHA256.HashData(policy).AsSpan(0, 16)));
        Assert.Equal(
            """{"cov":{"attr":["*"],"res":["compliance.*","service.name"]},"encryption":[],"mode":"enforce","oversize":{"bytes":2048,"on":"warn"},"rules":["compliance.*"],"tenant":"default"}""",
            Encoding.UTF8.GetString(policy));
        using var unknown = await _gateway.Management.GetAsync(
            "/.well-known/kmsgateway-policies/AAAAAAAAAAAAAAAAAAAAAA", TestContext.Current.CancellationToken);
        Assert.Equal(404, (int)unknown.StatusCode);
    }

    [Fact]
    public async Task Post_BodyOfChunksThatExpectsContinue_ArrivesWithItsLength()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, OtlpClient.TracesPath)
        {
            Content = new ByteArrayContent(TraceRequests.Mixed(1, 1).ToByteArray()),
        };
        request.Content.Headers.ContentType = new(OtlpClient.Protobuf);
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = true;

        using var answer = await _gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(200, (int)answer.StatusCode);
        var arrived = (await _collector.WaitForRequestAsync()).Single();
        Assert.Equal(arrived.Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), arrived.Headers["Content-Length"]);
        Assert.False(arrived.Headers.ContainsKey("Expect"));
        Assert.Equal(1, Signed(arrived));
    }

    private async Task SendAsync(params (string Name, string Value)[] headers) =>
        (await _client.PostAsync(
            Http, OtlpClient.TracesPath, TraceRequests.Mixed(1, 0).ToByteArray(), OtlpClient.Protobuf, null, headers)).Succeeded();

    private static int Signed(RecordedRequest request) =>
        TraceRequests.SpansOf(request.ParseTraces()).Count(span => span.Attributes.Any(attribute => attribute.Key == "audit.integrity.value"));

    private static JsonElement Statement(Span span)
    {
        Assert.True(Base64UrlText.TryDecode(Text(span, "audit.integrity.statement"), out var statement));
        return JsonDocument.Parse(statement).RootElement;
    }

    private static string KeyId(Span span) => Text(span, "audit.integrity.key_id");

    private static string Text(Span span, string key) => span.Attributes.Single(attribute => attribute.Key == key).Value.StringValue;
}
