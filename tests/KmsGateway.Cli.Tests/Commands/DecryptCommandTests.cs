using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using KmsGateway.Cli.Commands;
using KmsGateway.Cli.Terminal;
using KmsGateway.Cli.Tests.Fixtures;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Testing.Traces;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

public sealed class DecryptCommandTests : IDisposable
{
    private readonly EncryptingGateway _gateway = new();
    private readonly Workplace _work;

    public DecryptCommandTests()
    {
        _work = _gateway.Workplace();
    }

    public void Dispose()
    {
        _work.Dispose();
        _gateway.Dispose();
    }

    [Theory]
    [InlineData("{0}\n\n {1} \r\n{2}")]
    [InlineData("{{ \"resourceSpans\": [\n  {3},\n  {4}\n ],\n \"other\": {{ }}\n}}\n\n{{\"resourceSpans\":\n[]}}\n")]
    [InlineData("\n{0}\n")]
    public async Task Decrypt_Json_ChangesTheValuesAndNothingElse(string form)
    {
        _work.Write("in.json", Encoding.UTF8.GetBytes(Text(form, _gateway.Encrypt)));

        var result = await RunAsync("in.json", "--output", "out.json");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Text(form, text => text), Encoding.UTF8.GetString(Read("out.json")));
        Assert.Empty(result.Out);
        Assert.Contains("0 left encrypted; entry 1 of the audit trail", result.Error, StringComparison.Ordinal);
        Assert.Contains("no evidence", result.Error, StringComparison.Ordinal);
        Assert.Single(_gateway.Calls);
        Assert.Equal("INC-1", (string?)_gateway.Calls[0]["reason"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Decrypt_Compressed_IsCompressedAgain(bool isStandard)
    {
        var clear = Encoding.UTF8.GetBytes(Text("{0}\n{1}\n", text => text));
        var encrypted = Gzip(Encoding.UTF8.GetBytes(Text("{0}\n{1}\n", _gateway.Encrypt)));
        _work.Write("in.json.gz", encrypted);

        var result = await _work.RunAsync(encrypted, ["decrypt", isStandard ? "-" : "in.json.gz", "--reason", "INC-1", "--output", "out.gz"]);

        Assert.Equal(0, result.ExitCode);
        using var text = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(Read("out.gz")), CompressionMode.Decompress))
        {
            gzip.CopyTo(text);
        }

        Assert.Equal(clear, text.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Decrypt_Protobuf_ChangesTheValuesAndNothingElse(bool hasLengths)
    {
        byte[][] requests = [.. Enumerable.Range(1, 3).Select(_ => Protobuf())];
        byte[] Join(Func<byte[], byte[]> change) => [.. requests.SelectMany(request => hasLengths ? WithLength(change(request)) : change(request))];
        _work.Write("in.bin", Join(request => _gateway.Encrypt(request, ProtobufTraceEncoding.Instance)));

        var result = await RunAsync("in.bin", "--output", "out.bin");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Join(request => request), Read("out.bin"));
    }

    [Fact]
    public async Task Decrypt_StandardInputAndOutput_WritesTheCopyOnly()
    {
        var input = Encoding.UTF8.GetBytes(Text("{0}\n", _gateway.Encrypt));

        var result = await _work.RunAsync(input, ["decrypt", "-", "--reason", "INC-1"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Text("{0}\n", text => text), result.Out);
    }

    [Theory]
    [InlineData("{0}\n{1}\n", "{0}\n{1}\n")]
    [InlineData("\n{{\n\"resourceSpans\":[{3}] }}{{\n\"batches\":[\n{2}\n]\n}}\n", "\n{{\n\"resourceSpans\":[{3}] }}\n{1}\n")]
    [InlineData("{{\n\"batches\":[\n{2}\n]\n}}\n{{\n\"resourceSpans\":[{3}] }}", "{1}\n{{\n\"resourceSpans\":[{3}] }}")]
    public async Task Decrypt_AnswerOfTempo_BecomesRequestsOnLines(string form, string expected)
    {
        string Part(string request) => request["{\"resourceSpans\":[".Length..^"]}".Length];
        string Tempo(string request) => request
            .Replace("resourceSpans", "batches", StringComparison.Ordinal)
            .Replace(Requests.TraceId, Convert.ToBase64String(Convert.FromHexString(Requests.TraceId)), StringComparison.Ordinal)
            .Replace(Requests.SpanId(2), Convert.ToBase64String(Convert.FromHexString(Requests.SpanId(2))), StringComparison.Ordinal);
        var answer = Tempo(_gateway.Encrypt(Request(2)));
        var part = answer["{\"batches\":[".Length..^"]}".Length].Replace("\"scopeSpans\":", "\n \"scopeSpans\" : ", StringComparison.Ordinal);
        var first = _gateway.Encrypt(Request(1));
        _work.Write("in.json", Encoding.UTF8.GetBytes(Format(form, first, answer, part, Part(first))));

        var result = await RunAsync("in.json");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Format(expected, Request(1), JsonNode.Parse(Request(2))!.ToJsonString(), "", Part(Request(1))), result.Out);
        Assert.Contains("the copy is OTLP/JSON", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decrypt_AnswerOfJaeger_BecomesARequest()
    {
        var encrypted = JsonNode.Parse(_gateway.Encrypt(Request(2)))!["resourceSpans"]![0]!["scopeSpans"]![0]!["spans"]![0]!["attributes"]![0]!["value"]!["stringValue"]!;
        _work.Write(
            "in.json",
            $$$"""{"data":[{"traceID":"{{{Requests.TraceId}}}","spans":[{"traceID":"{{{Requests.TraceId}}}","spanID":"{{{Requests.SpanId(2)}}}","operationName":"n","references":[],"startTime":1,"duration":1,"tags":[{"key":"pii.name","type":"string","value":"{{{encrypted}}}"}],"logs":[],"processID":"p1"}],"processes":{"p1":{"serviceName":"s","tags":[]} } }]}""");

        var result = await RunAsync("in.json");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("""{"key":"pii.name","value":{"stringValue":"Ada 2"}}""", Assert.Single(result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    // A sender may write one request over several lines, and a sink puts it on one.
    [Fact]
    public async Task Decrypt_AttributeThatCameOverSeveralLines_StaysOnItsLine()
    {
        const string Attribute = "{\n\"key\":\"pii.name\",\n \"value\": {\"intValue\":\"x\"}\n}";
        var encrypted = _gateway.Encrypt(Requests.Of(Requests.Span(1, "n", ("pii.name", "?"))).Replace(
            """{"key":"pii.name","value":{"stringValue":"?"}}""", Attribute, StringComparison.Ordinal));
        _work.Write("in.json", encrypted, Requests.Ordinary());

        var result = await RunAsync("in.json");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains(Attribute.Replace('\n', ' '), result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decrypt_LongKeys_AreAskedForInCallsThatTheGatewayTakes()
    {
        string[] lines = [.. Enumerable.Range(1, 12).Select(i => _gateway.Encrypt(Requests.Of(
            Requests.Span(i, "n", ($"pii.{new string('\u00e9', 100_000)}", $"Ada {i}")))))];
        _work.Write("in.json", lines);

        var result = await RunAsync("in.json", "--output", "out.json");

        Assert.Equal(0, result.ExitCode);
        Assert.All(_gateway.Calls, call => Assert.InRange(call.ToJsonString().Length, 0, 4 * 1024 * 1024));
    }

    // What is known of a document is more than the document here, so many of them must not wait for each other.
    [Fact]
    public async Task Decrypt_AnswerOfManySmallParts_IsWrittenWhileItIsRead()
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes($"{{\"batches\":[\n{string.Concat(Enumerable.Repeat("{},", 200_000))}{{}}]}}"));
        using var output = new NotingStream(() => input.Position);
        await using var text = new StringWriter();
        var environment = new CliEnvironment { Output = output, Out = text, Error = text, OpenInput = () => input, CreateHandler = _work.CreateHandler };
        var length = input.Length;

        Assert.Equal(0, await KmsgwCommand.RunAsync(["decrypt", "-", "--reason", "INC-1"], environment));

        Assert.InRange(output.AtFirstWrite, 1, length / 2);
    }

    [Fact]
    public async Task Decrypt_ValueThatWasMoved_StaysAndIsNamed()
    {
        var moved = _gateway.Encrypt(Request(1)).Replace(Requests.SpanId(1), Requests.SpanId(7), StringComparison.Ordinal);
        _work.Write("in.json", moved, _gateway.Encrypt(Request(2)));

        var result = await RunAsync("in.json", "--output", "out.json");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"{moved}\n{Request(2)}\n", Encoding.UTF8.GetString(Read("out.json")));
        Assert.Contains(
            $"in.json: line 1: trace {Requests.TraceId}, span {Requests.SpanId(7)}, span attribute \"pii.name\" stays encrypted (WrongPlace): Ask\\u{{1B}}somebody.",
            result.Error,
            StringComparison.Ordinal);
        Assert.Contains("1 values decrypted, 1 left encrypted", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decrypt_OfAnotherTenant_StaysAndIsNamed()
    {
        _work.Write("in.json", _gateway.Encrypt(Request(1)));

        var result = await RunAsync("in.json", "--tenant", "globex");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("(WrongTenant)", result.Error, StringComparison.Ordinal);
        Assert.Equal("globex", (string?)_gateway.Calls[0]["values"]![0]!["tenant"]);
    }

    [Fact]
    public async Task Decrypt_ManyDocuments_AsksInBatchesAndOnceForEach()
    {
        string[] lines = [.. Enumerable.Range(1, 1_200).Select(i => _gateway.Encrypt(Request(i)))];
        _work.Write("in.json", [.. lines, lines[1_199]]);

        var result = await RunAsync("in.json");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal([1_000, 200], _gateway.Calls.Select(call => call["values"]!.AsArray().Count));
        Assert.Contains("1201 values decrypted, 0 left encrypted; entries 1 to 2 of the audit trail", result.Error, StringComparison.Ordinal);
        Assert.Equal(1_201, result.Out.Split("Ada ").Length - 1);
    }

    [Fact]
    public async Task Decrypt_NothingEncrypted_CopiesAndSaysSo()
    {
        _work.Write("in.json", "{\n}", Requests.Compliance());

        var result = await RunAsync("in.json");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal($"{{\n}}\n{Requests.Compliance()}\n", result.Out);
        Assert.Contains("nothing in it is encrypted", result.Error, StringComparison.Ordinal);
        Assert.Empty(_gateway.Calls);
    }

    [Fact]
    public async Task Decrypt_TooMuchForNow_WaitsAsLongAsTheGatewaySays()
    {
        _gateway.Refusals.Enqueue(TooMany(TimeSpan.FromSeconds(40)));
        _work.Write("in.json", _gateway.Encrypt(Request(1)));
        var since = _work.Time.GetTimestamp();

        var result = await RunAsync("in.json");

        Assert.Equal(0, result.ExitCode);
        Assert.InRange(_work.Time.GetElapsedTime(since), TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(200));
        Assert.Equal(2, _gateway.Calls.Count);
    }

    [Fact]
    public async Task Decrypt_TooMuchForLong_GivesUp()
    {
        _gateway.Refusals.Enqueue(TooMany(TimeSpan.FromHours(1)));
        _work.Write("in.json", _gateway.Encrypt(Request(1)));

        Assert.Equal(2, (await RunAsync("in.json")).ExitCode);
        Assert.Single(_gateway.Calls);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "has not the scope")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "does not answer")]
    public async Task Decrypt_GatewayRefuses_LeavesNoFile(HttpStatusCode status, string detail)
    {
        _gateway.Refusals.Enqueue(new HttpResponseMessage(status) { Content = new StringContent($$"""{"detail":"It {{detail}}."}""") });
        _work.Write("in.json", _gateway.Encrypt(Request(1)));

        var result = await RunAsync("in.json", "--output", "out.json");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(detail, result.Error, StringComparison.Ordinal);
        AssertOnly("in.json");
    }

    [Theory]
    [InlineData("{\"resourceSpans\":[],\"resourceSpans\":[]}\n", "line 2")]
    [InlineData("not json\n", "line 2: not JSON")]
    public async Task Decrypt_BrokenDocument_LeavesNoFile(string line, string expected)
    {
        _work.Write("in.json", Encoding.UTF8.GetBytes(_gateway.Encrypt(Request(1)) + "\n" + line));

        var result = await RunAsync("in.json", "--output", "out.json");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        AssertOnly("in.json");
    }

    [Theory]
    [InlineData("gone.json", "out.json", "no such file")]
    [InlineData("in.json", "gone/out.json", "gone")]
    [InlineData("in.json", ".", "is a folder")]
    public async Task Decrypt_FileThatCannotBe_SaysWhich(string file, string output, string expected)
    {
        _work.Write("in.json", _gateway.Encrypt(Request(1)));

        var result = await RunAsync(file, "--output", output);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Empty(_gateway.Calls);
        AssertOnly("in.json");
    }

    [Fact]
    public async Task Decrypt_OutputExists_IsReplacedByForceOnly()
    {
        _work.Write("in.json", _gateway.Encrypt(Request(1)));
        _work.Write("out.json", "mine");

        var refused = await RunAsync("in.json", "--output", "out.json");

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
        Assert.Equal("mine\n", Encoding.UTF8.GetString(Read("out.json")));
        Assert.Empty(_gateway.Calls);
        Assert.Equal(0, (await RunAsync("in.json", "--output", "out.json", "--force")).ExitCode);
        Assert.Equal($"{Request(1)}\n", Encoding.UTF8.GetString(Read("out.json")));
        AssertOnly("in.json", "out.json");
    }

    [Fact]
    public async Task Decrypt_ToAFile_IsForItsOwnerAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Files have no mode there.");
            return;
        }

        _work.Write("in.json", _gateway.Encrypt(Request(1)));

        await RunAsync("in.json", "--output", "out.json");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_work.Folder, "out.json")));
    }

    [Fact]
    public async Task Decrypt_AnswerOfAnotherForm_LeavesNoFile()
    {
        _gateway.Refusals.Enqueue(new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent("""{"audit":1,"values":[{"value":{"stringValue": "re-written"}}]}"""),
        });
        _work.Write("in.json", _gateway.Encrypt(Request(1)));

        var result = await RunAsync("in.json", "--output", "out.json");

        Assert.Equal(2, result.ExitCode);
        Assert.DoesNotContain("re-written", result.Error, StringComparison.Ordinal);
        AssertOnly("in.json");
    }

    private Task<CliResult> RunAsync(string file, params string[] options) => _work.RunAsync(["decrypt", file, "--reason", "INC-1", .. options]);

    private byte[] Read(string name) => File.ReadAllBytes(Path.Combine(_work.Folder, name));

    private void AssertOnly(params string[] names) =>
        Assert.Equal(names, Directory.GetFiles(_work.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    private static string Request(int number) => Requests.Of(Requests.Span(number, "n", ("pii.name", $"Ada {number}"), ("url.path", "/")));

    /// <summary>A form with requests 1 to 3, and with the ResourceSpans of 4 and 5.</summary>
    private static string Text(string form, Func<string, string> change)
    {
        string[] requests = [.. Enumerable.Range(1, 5).Select(i => change(Request(i)))];
        return Format(form, [.. requests[..3], .. requests[3..].Select(request => request["{\"resourceSpans\":[".Length..^"]}".Length])]);
    }

    private static string Format(string form, params object[] parts) => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, parts);

    private static byte[] Protobuf() => TraceRequests.Of(
        SpanBuilder.Ordinary().Everything().Attribute("pii.name", "Ada").Event("e", ("pii.text", "x"), ("pii.number", 5)).Build()).ToByteArray();

    private static byte[] WithLength(byte[] request)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, request.Length);
        return [.. length, .. request];
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return file.ToArray();
    }

    private static HttpResponseMessage TooMany(TimeSpan pause)
    {
        var answer = new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Content = new StringContent("""{"detail":"Later."}""") };
        answer.Headers.RetryAfter = new RetryConditionHeaderValue(pause);
        return answer;
    }
}
