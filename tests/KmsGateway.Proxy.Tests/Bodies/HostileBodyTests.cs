using System.Net;
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
using Microsoft.Extensions.Time.Testing;

namespace KmsGateway.Proxy.Tests.Bodies;

/// <summary>Bombs, lies and slowness: each is answered, costs little, and leaves nothing behind.</summary>
public sealed class HostileBodyTests : IAsyncLifetime
{
    private const int Giga = 1024 * 1024 * 1024;
    private const int Piece = 16 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly OtlpClient _client = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private RecordingCollector _collector = null!;
    private TestGateway _gateway = null!;

    public static TheoryData<string> Codings => ["gzip", "deflate", "zstd"];

    private Admission Admission => _gateway.Services.GetRequiredService<Admission>();

    private Uri Http => _gateway.Address(GatewayListener.OtlpHttp);

    private Uri Grpc => _gateway.Address(GatewayListener.OtlpGrpc);

    public async ValueTask InitializeAsync()
    {
        _collector = await RecordingCollector.StartAsync();
        _gateway = await TestGateway.StartAsync(
            builder => TestGateway.WithClock(builder, _time),
            [.. TestGateway.Upstreams(_collector.GrpcAddress, _collector.HttpAddress), "--Limits:MaxBodySeconds=1"]);
    }

    /// <summary>After whatever a test did: no byte and no request is held.</summary>
    public async ValueTask DisposeAsync()
    {
        await Poll.UntilAsync(() => Admission is { Bytes: 0, Requests: 0 });
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _collector.DisposeAsync();
    }

    // 256 MiB each. gzip and deflate make 1,000 of one byte, zstd far more.
    [Theory]
    [MemberData(nameof(Codings))]
    public async Task Send_Bomb_Is413InEachProtocol(string coding)
    {
        var bomb = Coded.Compress(coding, new byte[Giga / 4]);

        Assert.Equal(413, (await _client.PostAsync(Http, OtlpClient.TracesPath, bomb, OtlpClient.Protobuf, coding)).Status);
        Assert.Equal(413, (await _client.PostAsync(Http, OtlpClient.TracesPath, bomb, OtlpClient.Json, coding)).Status);
        var grpc = await _client.CallAsync(Grpc, OtlpClient.TracesMethod, GrpcFrame.Wrap(bomb, compressed: true), coding);
        Assert.Equal(8, grpc.GrpcStatus);
        Assert.Null(DecodedStatus.Parse(grpc.GrpcDetails!).RetryDelay);
        Assert.Empty(_collector.Requests);
    }

    // The header of a frame alone makes a decoder take its window: here 128 MiB (https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1.2).
    [Theory]
    [InlineData(17)]
    [InlineData(21)]
    public async Task Send_ZstdFrameWithALargeWindow_Is400(int exponent)
    {
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, (byte)(exponent << 3), 0x03, 0x00, 0x00, 0x01, 0x00, 0x00];

        var answer = await _client.PostAsync(Http, OtlpClient.TracesPath, frame, OtlpClient.Protobuf, "zstd");

        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task Send_GigabyteThatIsNotCompressed_Is413AndNotKept()
    {
        var peak = 0L;
        using var content = new ZerosContent(Giga) { Look = () => peak = Math.Max(peak, Admission.Bytes) };
        using var request = new HttpRequestMessage(HttpMethod.Post, OtlpClient.TracesPath) { Content = content };

        try
        {
            using var answer = await _gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        }
        catch (HttpRequestException)
        {
            // The client was still sending when the connection closed behind the answer.
        }

        Assert.InRange(peak, 1, 64 * 1024 * 1024);
    }

    [Fact]
    public async Task Send_TenMillionAttributes_SpanIsMarked()
    {
        // Nine of ten bytes of the wire limit: attributes without a key.
        var attributes = new byte[9_900_000 * 2];
        for (var i = 0; i < attributes.Length; i += 2)
        {
            attributes[i] = 0x4A;
        }

        var span = SpanBuilder.Compliance().Build().ToByteArray();

        var answer = await _client.PostAsync(Http, OtlpClient.TracesPath, RequestOf([.. span, .. attributes]), OtlpClient.Protobuf);

        answer.Succeeded();
        Assert.Contains("audit.integrity.error", Encoding.Latin1.GetString(_collector.Requests.Single().Body), StringComparison.Ordinal);
        Assert.Contains("size", Encoding.Latin1.GetString(_collector.Requests.Single().Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_ValueThousandsDeep_SpanIsMarked()
    {
        byte[] value = [];
        for (var i = 0; i < 3_000; i++)
        {
            value = Field(5, Field(1, value));
        }

        var attribute = Field(9, [.. Field(1, "compliance.deep"u8.ToArray()), .. Field(2, value)]);
        var json = $$"""
            {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","attributes":[{"key":"compliance.deep","value":
            {{string.Concat(Enumerable.Repeat("""{"arrayValue":{"values":[""", 1_000))}}{}{{string.Concat(Enumerable.Repeat("]}}", 1_000))}}
            }]}]}]}]}
            """;

        (await _client.PostAsync(
            Http, OtlpClient.TracesPath, RequestOf([.. SpanBuilder.Ordinary().Build().ToByteArray(), .. attribute]), OtlpClient.Protobuf)).Succeeded();
        var deepJson = await _client.PostAsync(Http, OtlpClient.TracesPath, Encoding.UTF8.GetBytes(json), OtlpClient.Json);

        Assert.Contains("depth", Encoding.Latin1.GetString(_collector.Requests.First().Body), StringComparison.Ordinal);
        Assert.True(deepJson.Status is 200 or 400, deepJson.ToString());
    }

    [Theory]
    [InlineData("Content-Length: 100\n\nabc")]
    [InlineData("Transfer-Encoding: chunked\n\n64\nabc")]
    public async Task Send_LessThanDeclaredAndThenTheEnd_IsNotForwarded(string lie)
    {
        await RawHttp.SendAndEndAsync(Http, $"POST /v1/traces HTTP/1.1\nHost: x\nContent-Type: application/x-protobuf\n{lie}");

        Assert.Empty(_collector.Requests);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\n\nzz\nabc\n")]
    [InlineData("Content-Length: 3\nContent-Length: 4\n\nabcd")]
    [InlineData("Content-Length: -3\n\nabc")]
    [InlineData("Content-Length: 99999999999999999999\n\nabc")]
    public async Task Send_LengthThatIsNone_Is400(string lie)
    {
        var answer = await RawHttp.SendAsync(Http, $"POST /v1/traces HTTP/1.1\nHost: x\nContent-Type: application/x-protobuf\n{lie}");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Empty(_collector.Requests);
    }

    // Twenty mebibytes declared, three bytes sent: only what came is paid for.
    [Fact]
    public async Task Send_MuchDeclaredAndLittleSent_CostsLittleAndIsAnsweredInTime()
    {
        var answer = RawHttp.SendAsync(
            Http, $"POST /v1/traces HTTP/1.1\nHost: x\nContent-Type: application/x-protobuf\nContent-Length: {20 * 1024 * 1024}\n\nabc");
        await Poll.UntilAsync(() => Admission.Bytes > 0);

        Assert.Equal(Piece, Admission.Bytes);
        _time.Advance(Limit);
        Assert.StartsWith("HTTP/1.1 503", await answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_BodyThatStalls_IsRetryableInEachProtocol()
    {
        using var content = new EndlessContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Grpc, OtlpClient.TracesMethod))
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        var sendingGrpc = _gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var sendingHttp = RawHttp.SendAsync(
            Http, "POST /v1/traces HTTP/1.1\nHost: x\nContent-Type: application/json\nTransfer-Encoding: chunked\n\n1\n{\n");
        await Poll.UntilAsync(() => Admission.Bytes == 2 * Piece);

        // More than once: behind the refusal the gateway reads on for a moment, because the client may not be done.
        await Poll.UntilAsync(() =>
        {
            _time.Advance(Limit);
            return sendingGrpc.IsCompleted;
        });
        using var grpc = await sendingGrpc;
        var http = await sendingHttp;

        Assert.Equal("14", grpc.Headers.GetValues("grpc-status").Single());
        Assert.StartsWith("HTTP/1.1 503", http, StringComparison.Ordinal);
        Assert.Contains("Retry-After: 5", http, StringComparison.Ordinal);
        Assert.Contains("did not arrive within 1 s", http, StringComparison.Ordinal);
        Assert.Empty(_collector.Requests);
    }

    private static byte[] RequestOf(byte[] span) => Field(1, Field(2, Field(2, span)));

    private static byte[] Field(int number, byte[] content)
    {
        var length = new byte[KmsGateway.Evidence.Otlp.WireWriter.MaxVarint32Length];
        var written = KmsGateway.Evidence.Otlp.WireWriter.WriteVarint(length, (uint)content.Length);
        return [(byte)((number << 3) | 2), .. length.AsSpan(0, written), .. content];
    }
}
