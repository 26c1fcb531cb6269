using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Grpc.Core;
using KmsGateway.Proxy.Tests.Support;

namespace KmsGateway.Proxy.Tests.Forwarding.EmbeddedSink;

public sealed class EmbeddedSinkTests
{
    private const string Line = """{"resourceSpans":[{"schemaUrl":"url"}]}""";

    private static readonly byte[] Request = new ProtobufMessage().Message(1, new ProtobufMessage().Text(3, "url")).ToArray();

    [Fact]
    public async Task Traces_OverEveryProtocolAndCoding_AreOneLineEach()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        var gzip = new Metadata { { "grpc-internal-encoding-request", "gzip" } };

        await PostAsync(gateway, "/v1/traces", "application/x-protobuf", Request, []);
        await PostAsync(gateway, "/v1/traces", "application/x-protobuf", Gzip(Request), [], "gzip");
        await PostAsync(
            gateway, "/v1/traces", "application/json",
            "{ \"resourceSpans\" :\r\n [{\"schemaUrl\":\t\"url\"}] }\n"u8.ToArray(), "{}"u8.ToArray());
        await PostAsync(gateway, "/v1/traces", "application/json", Gzip(Encoding.UTF8.GetBytes(Line)), "{}"u8.ToArray(), "gzip");
        Assert.Empty(await gateway.Grpc.ExportAsync(GrpcSender.Traces, Request));
        Assert.Empty(await gateway.Grpc.ExportAsync(GrpcSender.Traces, Request, gzip));

        Assert.Equal(Enumerable.Repeat(Line, 6), await LinesAsync(gateway));
    }

    [Fact]
    public async Task Json_WhiteSpaceAndEscapesInStrings_AreKept()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();

        await PostAsync(
            gateway,
            "/v1/traces",
            "application/json",
            """{ "a b" : "c  \" d\\" , "unknown" : [ 1.50 , 1e3 ] }"""u8.ToArray(),
            "{}"u8.ToArray());

        Assert.Equal(["""{"a b":"c  \" d\\","unknown":[1.50,1e3]}"""], await LinesAsync(gateway));
    }

    [Fact]
    public async Task OtherSignals_AreTakenAndDropped()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();

        foreach (var path in (string[])["/v1/metrics", "/v1/logs", "/v1development/profiles"])
        {
            await PostAsync(gateway, path, "application/x-protobuf", Request, []);
        }

        Assert.Empty(await gateway.Grpc.ExportAsync("opentelemetry.proto.collector.logs.v1.LogsService", Request));
        Assert.False(File.Exists(gateway.TracesFile));
    }

    [Fact]
    public async Task Traces_SentAtOnce_AreWholeLines()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => gateway.Grpc.ExportAsync(GrpcSender.Traces, Request)));

        Assert.Equal(Enumerable.Repeat(Line, 50), await LinesAsync(gateway));
    }

    [Theory]
    [InlineData("application/json", "[]")]
    [InlineData("application/json", "{\"a\":\"line\nbreak\"}")]
    [InlineData("application/json", "{")]
    [InlineData("application/x-protobuf", "{")]
    public async Task Traces_NotOtlp_Are400(string mediaType, string body)
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        using var content = Content(mediaType, Encoding.UTF8.GetBytes(body));

        using var answer = await gateway.Http.PostAsync("/v1/traces", content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(File.Exists(gateway.TracesFile));
    }

    private static async Task PostAsync(
        TestGateway gateway, string path, string mediaType, byte[] body, byte[] expected, string? coding = null)
    {
        using var content = Content(mediaType, body);
        if (coding is not null)
        {
            content.Headers.ContentEncoding.Add(coding);
        }

        using var answer = await gateway.Http.PostAsync(path, content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(mediaType, answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(expected, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private static ByteArrayContent Content(string mediaType, byte[] body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };

    private static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }

    private static Task<string[]> LinesAsync(TestGateway gateway) =>
        File.ReadAllLinesAsync(gateway.TracesFile, TestContext.Current.CancellationToken);
}
