using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification.Inputs;
using KmsGateway.Evidence.Verification.Stores;
using KmsGateway.Testing.Traces;
using Xunit;

namespace KmsGateway.Evidence.Tests.Verification.Inputs;

public sealed class TraceFileReaderTests
{
    private const string Tempo = "{\"batches\":[{\"a\":1}]}";

    [Theory]
    [InlineData("{\"a\":1}\n{\"b\":2}\n", "1:{\"a\":1} 2:{\"b\":2}")]
    [InlineData("\r\n\n{\"a\":1}\r\n\n {\"b\":2}", "3:{\"a\":1} 5:{\"b\":2}")]
    [InlineData("{\"a\":1}\nnot json\n", "1:{\"a\":1} 2:not json")]
    [InlineData("not json\n{\"a\":1}\n", "1:not json 2:{\"a\":1}")]
    [InlineData("", "")]
    [InlineData("\n\n", "")]
    public async Task ReadAsync_Lines_GivesEachWithItsLine(string text, string expected) =>
        Assert.Equal(expected, await ReadAsync(text));

    [Theory]
    [InlineData("{\n\"resourceSpans\":[\n{\"a\":1},\n\n{\"b\":[{}]} ]\n}\n", "3:{\"resourceSpans\":[{\"a\":1}]} 5:{\"resourceSpans\":[{\"b\":[{}]}]}")]
    [InlineData("{\n\"resourceSpans\":[1]}\n{\"resourceSpans\":\n[2]}", "2:{\"resourceSpans\":[1]} 4:{\"resourceSpans\":[2]}")]
    [InlineData("{\n\"a\":1,\n\"resourceSpans\":null}\n", "")]
    [InlineData("{\n}\n", "")]
    public async Task ReadAsync_TextsOverSeveralLines_GivesEachResourceSpansWithItsLine(string text, string expected) =>
        Assert.Equal(expected, await ReadAsync(text));

    [Theory]
    [InlineData("{\n\"resourceSpans\":[1]\n} x {}", "2:{\"resourceSpans\":[1]} 3:!")]
    [InlineData("{\n\"resourceSpans\":[1,\n", "2:{\"resourceSpans\":[1]} 2:!")]
    [InlineData("{\n\"a\":\"\u00e9\"", "2:!")]
    public async Task ReadAsync_BrokenText_EndsTheFile(string text, string expected) =>
        Assert.Equal(expected, await ReadAsync(text));

    [Theory]
    [InlineData("{\n\"resourceSpans\":1}", "1:!")]
    [InlineData("{\n\"a\":1,\"a\":2}", "1:!")]
    [InlineData("{\n\"resource_spans\":[1]}", "1:!")]
    [InlineData("{\n\"trace\":{\"batches\":[1],\"resourceSpans\":[2]}}", "2:tempo:{\"resourceSpans\":[1]} 1:!")]
    [InlineData("{\n\"batches\":[1],\"trace\":{}}", "2:tempo:{\"resourceSpans\":[1]} 1:!")]
    [InlineData("{\n\"batches\":[1],\"resourceSpans\":[2]}", "2:tempo:{\"resourceSpans\":[1]} 1:!")]
    [InlineData("[\n1]", "1:!")]
    [InlineData("{\n\"data\":[],\"batches\":[]}", "1:!")]
    public async Task ReadAsync_TextThatIsNoRequest_IsRefusedAndTheNextIsRead(string text, string expected) =>
        Assert.Equal(expected + " 4:{\"resourceSpans\":[3]}", await ReadAsync(text + "\n\n{\"resourceSpans\":[3]}"));

    [Theory]
    [InlineData(Tempo, "1:tempo:{\"resourceSpans\":[{\"a\":1}]}")]
    [InlineData("{\"trace\":{\"resourceSpans\":[{\"a\":1},{}],\"x\":1},\"metrics\":{}}", "1:tempo:{\"resourceSpans\":[{\"a\":1}]} 1:tempo:{\"resourceSpans\":[{}]}")]
    [InlineData("{\"data\":1,\"batches\":[{}]}", "1:tempo:{\"resourceSpans\":[{}]}")]
    [InlineData("{\"batches\":null,\"data\":[]}", "")]
    [InlineData("{\"batches\":[],\"resourceSpans\":[]}", "1:{\"batches\":[],\"resourceSpans\":[]}")]
    [InlineData("{\"data\":[{\"spans\":[]}],\"total\":0}", "1:jaeger:{\"resourceSpans\":[]}")]
    [InlineData("{\"data\":[{\"spans\":{}}]}\n" + Tempo, "1:! 2:tempo:{\"resourceSpans\":[{\"a\":1}]}")]
    [InlineData(Tempo + " " + Tempo, "1:tempo:{\"resourceSpans\":[{\"a\":1}]} 1:!")]
    [InlineData("{\"resourceSpans\":[{\"traceId\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}]}", "1:tempo:{\"resourceSpans\":[{\"traceId\":\"00000000000000000000000000000000\"}]}")]
    [InlineData("{\"resourceSpans\":[{\"traceId\":\"00\"},{\"traceId\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}]}", "1:{\"resourceSpans\":[{\"traceId\":\"00\"},{\"traceId\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}]}")]
    public async Task ReadAsync_AnswerOfAStore_GivesItAsOtlp(string text, string expected)
    {
        Assert.Equal(expected, await ReadAsync(text));

        // What stands on one line may as well stand on several.
        if (!text.Contains('\n', StringComparison.Ordinal) && !text.Contains("data", StringComparison.Ordinal)
            && !expected.Contains('!', StringComparison.Ordinal) && expected.StartsWith("1:tempo", StringComparison.Ordinal))
        {
            Assert.Equal(expected.Replace("1:", "2:", StringComparison.Ordinal), await ReadAsync("{\n" + text[1..]));
        }
    }

    [Fact]
    public async Task ReadAsync_TextLongerThanAnyBuffer_ComesInParts()
    {
        var resourceSpans = $"{{\"a\":\"{new string('x', 300_000)}\"}}";
        var text = $"{{\n\"resourceSpans\":[{string.Join(",\n", Enumerable.Repeat(resourceSpans, 20))}]}}";

        var documents = (await ReadAsync(text)).Split(' ');

        Assert.Equal(20, documents.Length);
        Assert.Equal($"21:{{\"resourceSpans\":[{resourceSpans}]}}", documents[^1]);
    }

    [Fact]
    public async Task ReadAsync_Protobuf_GivesEachResourceSpans()
    {
        var request = TraceRequests.Mixed(compliance: 1, ordinary: 0);
        request.ResourceSpans.Add(TraceRequests.Mixed(compliance: 0, ordinary: 1).ResourceSpans);
        byte[] unknown = [0x7A, 0x02, 0x01, 0x02, .. request.ToByteArray(), 0x78, 0x01];

        var documents = await ReadAsync([.. request.ToByteArray(), .. unknown]);

        Assert.Equal(4, documents.Count);
        Assert.All(documents, document => Assert.Same(ProtobufTraceEncoding.Instance, document.Encoding));
        Assert.Equal(["request 1", "request 2", "request 3", "request 4"], documents.Select(document => document.Place.ToString()));
        Assert.Equal(request.ToByteArray(), documents.Take(2).SelectMany(document => document.Bytes.ToArray()));
    }

    [Fact]
    public async Task ReadAsync_ProtobufCutOff_GivesTheRestToWhoeverFindsOut()
    {
        var request = TraceRequests.Mixed(compliance: 1, ordinary: 0).ToByteArray();

        var documents = await ReadAsync([.. request, .. request[..^1]]);

        Assert.Equal(request, documents[0].Bytes.ToArray());
        Assert.Equal(request[..^1], documents[1].Bytes.ToArray());
    }

    [Fact]
    public async Task ReadAsync_ProtobufThatBeginsLikeJson_IsProtobuf()
    {
        // A line feed and a brace: the tag of a ResourceSpans and the length 123, with a schema_url in it.
        byte[] file = [0x0A, (byte)'{', 0x1A, 121, .. Enumerable.Repeat((byte)'u', 121)];

        Assert.Same(ProtobufTraceEncoding.Instance, Assert.Single(await ReadAsync(file)).Encoding);
        Assert.Same(JsonTraceEncoding.Instance, Assert.Single(await ReadAsync("\n{\"a\":1}"u8.ToArray())).Encoding);
    }

    [Fact]
    public async Task ReadAsync_LengthPrefixedRequests_GivesEach()
    {
        var request = TraceRequests.Mixed(compliance: 1, ordinary: 0).ToByteArray();
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, request.Length);

        var documents = await ReadAsync([.. length, .. request, 0, 0, 0, 0, .. length, .. request[..^1]]);

        Assert.Equal(3, documents.Count);
        Assert.Equal(request, documents[0].Bytes.ToArray());
        Assert.Empty(documents[1].Bytes.ToArray());
        Assert.Equal(OtlpError.BrokenProtobuf, documents[2].Error);
        Assert.Equal("request 3", documents[2].Place.ToString());
    }

    [Fact]
    public async Task ReadAsync_Gzip_IsInflatedAndHashedAsItLies()
    {
        byte[] file = [.. Gzip("{\"a\":1}\n"u8), .. Gzip("{\"b\":2}\n"u8)];
        await using var reader = new TraceFileReader(new MemoryStream(file));
        var count = 0;
        await foreach (var _ in reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            count++;
        }

        Assert.Equal(2, count);
        Assert.Equal(file.Length, reader.Length);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), reader.Sha256);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(12)]
    public async Task ReadAsync_GzipCutOff_IsAnError(int missing)
    {
        // .NET takes it for the end unless it is told otherwise: Directory.Build.props does.
        var file = Gzip("{\"a\":1}\n{\"b\":2}\n"u8)[..^missing];

        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(file));
    }

    [Theory]
    [InlineData("{\"a\":\"0123456789abcdef\"}\n", "line 1: one ResourceSpans, or one member beside it, has more than")]
    [InlineData("{\"a\":1}\n{\"a\":\"0123456789\"}\n", "line 2: the line has more than")]
    [InlineData("{\n\"resourceSpans\":[[\"0123456789\"]]}\n", "line 2: one ResourceSpans, or one member beside it, has more than")]
    public async Task ReadAsync_MoreThanIsHeldAtOnce_IsAnErrorThatSaysWhere(string text, string message)
    {
        await using var reader = new TraceFileReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), limit: 16);

        var error = await Assert.ThrowsAsync<TraceFileException>(() => CollectAsync(reader));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_OneLineBeyondTheLimit_IsReadInParts()
    {
        var text = $"{{\"resourceSpans\":[{string.Join(',', Enumerable.Repeat("{\"a\":1}", 10))}]}}";
        await using var reader = new TraceFileReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), limit: 32);

        Assert.Equal(10, (await CollectAsync(reader)).Count);
    }

    // A megabyte of half spans, half tags of their one process would be two gigabytes of OTLP.
    [Fact]
    public async Task ReadAsync_ProcessOfManySpansBeyondTheLimit_IsAnErrorThatSaysWhere()
    {
        var spans = string.Join(',', Enumerable.Repeat("{\"traceID\":\"1\",\"spanID\":\"2\",\"processID\":\"p\"}", 100));
        var text = $"{{\"data\":[{{\"processes\":{{\"p\":{{\"serviceName\":\"{new string('s', 1_000)}\"}}}},\"spans\":[{spans}]}}]}}";
        await using var reader = new TraceFileReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), limit: 64 * 1024);

        var error = await Assert.ThrowsAsync<TraceFileException>(() => CollectAsync(reader));
        Assert.StartsWith("line 1: one trace, with its process at each span, has more than", error.Message, StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(string text) =>
        string.Join(' ', (await ReadAsync(Encoding.UTF8.GetBytes(text))).Select(Describe));

    private static string Describe(TraceDocument document) => document switch
    {
        { Error: not OtlpError.None } => $"{document.Place.Number}:!",
        { Store: TraceStore.None } => $"{document.Place.Number}:{Encoding.UTF8.GetString(document.Bytes.Span).Trim()}",
        _ => $"{document.Place.Number}:{document.Store.ToString().ToLowerInvariant()}:{Encoding.UTF8.GetString(document.Bytes.Span)}",
    };

    private static async Task<List<TraceDocument>> ReadAsync(byte[] file)
    {
        await using var reader = new TraceFileReader(new MemoryStream(file));
        return await CollectAsync(reader);
    }

    private static async Task<List<TraceDocument>> CollectAsync(TraceFileReader reader)
    {
        var documents = new List<TraceDocument>();
        await foreach (var document in reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            // Its bytes last until the next is read.
            documents.Add(document with { Bytes = document.Bytes.ToArray() });
        }

        return documents;
    }

    private static byte[] Gzip(ReadOnlySpan<byte> text)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        {
            gzip.Write(text);
        }

        return file.ToArray();
    }
}
