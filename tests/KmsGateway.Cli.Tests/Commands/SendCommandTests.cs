using System.Text;
using KmsGateway.Cli.Tests.Fixtures;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Testing.Collector;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

public sealed class SendCommandTests : IDisposable
{
    private readonly Workplace _work = SocketWorkplace.Create();

    public void Dispose() => _work.Dispose();

    [Theory]
    [InlineData("grpc", false)]
    [InlineData("grpc", true)]
    [InlineData("http-protobuf", false)]
    [InlineData("http-protobuf", true)]
    [InlineData("http-json", false)]
    [InlineData("http-json", true)]
    public async Task Send_EachProtocol_ArrivesAsAsked(string protocol, bool gzip)
    {
        await using var receiver = await Receiver.StartAsync(Receiver.AcceptAsync);

        string[] compression = gzip ? ["--gzip"] : [];
        var result = await SendAsync(
            receiver, ["--protocol", protocol, "--compliance", "3", "--ordinary", "2", "--tenant", "acme", .. compression]);

        Assert.Equal("", result.Error);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("accepted 5 spans (3 compliance, 2 ordinary)", result.Out, StringComparison.Ordinal);
        var request = Assert.Single(receiver.Requests);
        Assert.Equal("acme", request.Headers["X-Scope-OrgID"]);
        var isGrpc = protocol == "grpc";
        Assert.Equal(isGrpc ? "/opentelemetry.proto.collector.trace.v1.TraceService/Export" : "/v1/traces", request.Path);
        Assert.Equal(isGrpc ? "HTTP/2" : "HTTP/1.1", request.Protocol);
        Assert.Equal(gzip ? "gzip" : null, request.Headers.GetValueOrDefault(isGrpc ? "grpc-encoding" : "Content-Encoding"));
        if (isGrpc)
        {
            Assert.Equal("trailers", request.Headers["TE"]);
            Assert.Equal(gzip ? 1 : 0, request.Body[0]);
        }

        ITraceEncoding encoding = protocol == "http-json" ? JsonTraceEncoding.Instance : ProtobufTraceEncoding.Instance;
        var message = isGrpc ? request.Body[5..] : request.Body;
        var scan = new TraceScan();
        var error = encoding.Scan(
            gzip ? Gzip.Decompress(message) : message, ComplianceRules.Default.Keys, SignatureAttributes.Reserved, new OtlpLimits(), scan);
        Assert.Equal(OtlpError.None, error);
        Assert.Equal(5, scan.SpanCount);
        Assert.Equal(3, scan.Spans.Length);
    }

    [Fact]
    public async Task Send_GrpcRefusal_SaysStatusMessageAndDelay()
    {
        await using var receiver = await Receiver.StartAsync((context, _) =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "14";
            context.Response.Headers["grpc-message"] = "key unavailable%3A 100%25 a+b";
            context.Response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(StatusWithRetryInfo()).TrimEnd('=');
            return Task.CompletedTask;
        });

        var result = await SendAsync(receiver, []);

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Out);
        Assert.Equal(
            $"kmsgw: OTLP/gRPC {receiver.GrpcUrl}: refused with UNAVAILABLE (14), retry after 1.5 s: key unavailable: 100% a+b\n",
            result.Error);
    }

    [Fact]
    public async Task Send_GrpcRefusalInTrailers_SaysStatus()
    {
        await using var receiver = await Receiver.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.StartAsync();
            context.Response.AppendTrailer("grpc-status", "8");
            context.Response.AppendTrailer("grpc-message", "too large");
        });

        var result = await SendAsync(receiver, []);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("refused with RESOURCE_EXHAUSTED (8): too large", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_GrpcWithoutStatus_IsRefusal()
    {
        await using var receiver = await Receiver.StartAsync((context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return Task.CompletedTask;
        });

        var result = await SendAsync(receiver, []);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("refused with HTTP 502 and no grpc-status", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http-protobuf")]
    [InlineData("http-json")]
    public async Task Send_HttpRefusal_SaysStatusMessageAndDelay(string protocol)
    {
        await using var receiver = await Receiver.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "7";
            context.Response.ContentType = context.Request.ContentType;
            await context.Response.Body.WriteAsync(protocol == "http-json"
                ? """{"code":14,"message":"key \u001bunavailable"}"""u8.ToArray()
                : StatusWithRetryInfo());
        });

        var result = await SendAsync(receiver, ["--protocol", protocol]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(
            "refused with HTTP 503 Service Unavailable, retry after 7 s: key \\u{1B}unavailable", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_HttpRefusalInAnotherMediaType_SaysStatus()
    {
        await using var receiver = await Receiver.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<html>");
        });

        var result = await SendAsync(receiver, ["--protocol", "http-json"]);

        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith("refused with HTTP 404 Not Found\n", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http-protobuf")]
    [InlineData("http-json")]
    public async Task Send_PartialSuccess_IsFailure(string protocol)
    {
        byte[] response = [0x0A, 0x07, 0x08, 0x01, 0x12, 0x03, .. "odd"u8];
        await using var receiver = await Receiver.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = context.Request.ContentType;
            byte[] body = protocol switch
            {
                "grpc" => [0, 0, 0, 0, (byte)response.Length, .. response],
                "http-json" => """{"partialSuccess":{"rejectedSpans":"1","errorMessage":"odd"}}"""u8.ToArray(),
                _ => response,
            };
            await context.Response.Body.WriteAsync(body);
            if (protocol == "grpc")
            {
                context.Response.AppendTrailer("grpc-status", "0");
            }
        });

        var result = await SendAsync(receiver, ["--protocol", protocol]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("1 spans rejected with ", result.Error, StringComparison.Ordinal);
        Assert.Contains(": odd", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_NobodyThere_ExitsTwo()
    {
        using var work = new Workplace
        {
            CreateHandler = _ => new AnswerHandler(_ => throw new HttpRequestException("connection refused")),
        };

        var result = await work.RunAsync("send", "--gateway", "http://gateway.example:9000");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(
            "OTLP/gRPC http://gateway.example:4317 gives no answer: connection refused. Is the gateway running there?", result.Error,
            StringComparison.Ordinal);
    }

    // google.rpc.Status { code: 14, message: "key \u001bunavailable", details: [Any { RetryInfo { retry_delay: 1.5 s } }] }
    private static byte[] StatusWithRetryInfo()
    {
        byte[] duration = [0x08, 0x01, 0x10, 0x80, 0xCA, 0xB5, 0xEE, 0x01];
        byte[] retryInfo = [0x0A, (byte)duration.Length, .. duration];
        var url = Encoding.ASCII.GetBytes("type.googleapis.com/google.rpc.RetryInfo");
        byte[] any = [0x0A, (byte)url.Length, .. url, 0x12, (byte)retryInfo.Length, .. retryInfo];
        var message = Encoding.ASCII.GetBytes("key \u001bunavailable");
        return [0x08, 14, 0x12, (byte)message.Length, .. message, 0x1A, (byte)any.Length, .. any];
    }

    private Task<CliResult> SendAsync(Receiver receiver, string[] options) =>
        _work.RunAsync(["send", "--otlp-grpc", receiver.GrpcUrl, "--otlp-http", receiver.HttpUrl, .. options]);
}
