using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Bodies;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Proxy.Tests.Tenancy;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;

namespace KmsGateway.Proxy.Tests.Rejections;

/// <summary>
/// Each way to be refused by a real gateway, in each protocol: status, google.rpc.Status in the request's own form, and whether to retry.
/// No room and bodies that stall need more than one request: <see cref="AdmissionTests"/>, <see cref="HostileBodyTests"/>.
/// </summary>
public sealed class ErrorTableTests : IAsyncLifetime
{
    private const string Key = "k-acme-Zm9vYmFyYmF6cXV4MDEyMw";

    private readonly OtlpClient _client = new();
    private readonly TemporaryFolder _folder = new();
    private readonly FreeAddress _nowhere = new();
    private RecordingCollector _collector = null!;

    public static TheoryData<string, string, int, int, int?> Table
    {
        get
        {
            (string Case, int Http, int Grpc, int? RetryAfter)[] rows =
            [
                ("the KMS is away", 503, 14, 5),
                ("not OTLP", 400, 3, null),
                ("no credential", 401, 16, null),
                ("another tenant", 403, 7, null),
                ("too large as sent", 413, 8, null),
                ("too large inflated", 413, 8, null),
                ("too many spans", 413, 8, null),
                ("unknown coding", 415, 12, null),
                ("unknown service", 404, 12, null),
                ("nobody listens", 503, 14, 2),
                ("the upstream resets", 503, 14, 2),
                ("the upstream is silent", 503, 14, 2),
                ("no upstream is available", 503, 14, 2),
            ];
            var table = new TheoryData<string, string, int, int, int?>();
            foreach (var (name, http, grpc, retryAfter) in rows)
            {
                table.Add(name, "protobuf", http, grpc, retryAfter);
                table.Add(name, "json", http, grpc, retryAfter);
                table.Add(name, "grpc", http, grpc, retryAfter);
            }

            return table;
        }
    }

    public async ValueTask InitializeAsync() => _collector = await RecordingCollector.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _collector.DisposeAsync();
        _folder.Dispose();
        _nowhere.Dispose();
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Send_EachCase_IsSaidInTheRequestsOwnForm(string name, string form, int http, int grpc, int? retryAfter)
    {
        await using var gateway = await StartAsync(name);

        var answer = await SendAsync(gateway, name, form);

        if (form == "grpc")
        {
            Assert.Equal((200, "application/grpc"), (answer.Status, answer.Headers["Content-Type"]));
            Assert.Equal(grpc, answer.GrpcStatus);
            Assert.Empty(answer.Body);
            Assert.Equal(new DecodedStatus(grpc, answer.GrpcMessage!, retryAfter), DecodedStatus.Parse(answer.GrpcDetails!));
            Assert.Equal(grpc == 12 && name == "unknown coding", answer.Headers.ContainsKey("grpc-accept-encoding"));
            return;
        }

        Assert.Equal(http, answer.Status);
        Assert.Equal(retryAfter?.ToString(CultureInfo.InvariantCulture), answer.Headers.GetValueOrDefault("Retry-After"));
        if (form == "json")
        {
            Assert.Equal(OtlpClient.Json, answer.Headers["Content-Type"]);
            Assert.Equal(grpc, JsonDocument.Parse(answer.Body).RootElement.GetProperty("code").GetInt32());
        }
        else
        {
            Assert.Equal(OtlpClient.Protobuf, answer.Headers["Content-Type"]);
            Assert.Equal((grpc, (double?)retryAfter), (DecodedStatus.Parse(answer.Body).Code, DecodedStatus.Parse(answer.Body).RetryDelay));
        }
    }

    // HTTP alone has these: a gRPC client cannot send them.
    [Theory]
    [InlineData("GET", OtlpClient.Protobuf, 405)]
    [InlineData("PUT", OtlpClient.Json, 405)]
    [InlineData("POST", "text/plain", 415)]
    [InlineData("POST", "application/x-protobuf; charset=utf-16", 415)]
    public async Task Send_MethodOrMediaTypeThatOtlpHasNot_IsRefused(string method, string mediaType, int expected)
    {
        await using var gateway = await StartAsync("");
        using var request = new HttpRequestMessage(new HttpMethod(method), OtlpClient.TracesPath);
        if (method != "GET")
        {
            request.Content = new ByteArrayContent([]);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }

        using var answer = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, (int)answer.StatusCode);
        Assert.Empty(_collector.Requests);
    }

    private async Task<TestGateway> StartAsync(string name)
    {
        var masterKey = _folder["kms", "master.key"];
        if (name == "the upstream resets")
        {
            _collector.AnswerWith(CollectorAnswer.Abort);
        }
        else if (name == "the upstream is silent")
        {
            _collector.Answer = async (_, cancellation) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
                return CollectorAnswer.Success;
            };
        }

        string[] settings = name switch
        {
            "the KMS is away" => [$"--Kms:Local:MasterKeyFile={masterKey}"],
            "no credential" or "another tenant" => ApiKeyTests.Key(0, Key, "default"),
            "too large as sent" => ["--Limits:MaxWireBytes=1024"],
            "too large inflated" => ["--Limits:MaxMessageBytes=1024"],
            "too many spans" => ["--Limits:MaxSpans=1"],
            "nobody listens" => TestGateway.Upstreams(_nowhere.Uri, _nowhere.Uri),
            "the upstream is silent" =>
            [
                "--ReverseProxy:Clusters:otlp-http:HttpRequest:ActivityTimeout=00:00:00.3",
                "--ReverseProxy:Clusters:otlp-grpc:HttpRequest:ActivityTimeout=00:00:00.3",
            ],
            "no upstream is available" =>
            [
                "--ReverseProxy:Clusters:otlp-http:HealthCheck:AvailableDestinationsPolicy=HealthyAndUnknown",
                "--ReverseProxy:Clusters:otlp-grpc:HealthCheck:AvailableDestinationsPolicy=HealthyAndUnknown",
                .. TestGateway.Upstreams(_nowhere.Uri, _nowhere.Uri),
            ],
            _ => [],
        };
        var gateway = await TestGateway.StartAsync(["--Cache:WarmUp=false", .. TestGateway.Upstreams(_collector.GrpcAddress, _collector.HttpAddress), .. settings]);
        if (name == "the KMS is away")
        {
            File.Move(masterKey, masterKey + ".away");
        }

        return gateway;
    }

    private async Task<OtlpResponse> SendAsync(TestGateway gateway, string name, string form)
    {
        // Three failures in a row take the only destination out.
        for (var i = 0; name == "no upstream is available" && i < 3; i++)
        {
            await SendOnceAsync(gateway, name, form);
        }

        return await SendOnceAsync(gateway, name, form);
    }

    private Task<OtlpResponse> SendOnceAsync(TestGateway gateway, string name, string form)
    {
        var request = TraceRequests.Mixed(4, 4);
        var message = name == "not OTLP" ? [1, 2, 3] : form == "json" ? OtlpJson.Format(request) : request.ToByteArray();
        var coding = name switch
        {
            "unknown coding" => "br",
            "too large inflated" => "gzip",
            _ => null,
        };
        var body = coding == "gzip" ? Coded.Compress("gzip", message) : message;
        (string, string)[] headers = name == "another tenant" ? [("X-Api-Key", Key), ("X-Scope-OrgID", "acme")] : [];
        var isUnknown = name == "unknown service";
        return form == "grpc"
            ? _client.CallAsync(
                gateway.Address(GatewayListener.OtlpGrpc),
                isUnknown ? "/opentelemetry.proto.experimental.arrow.v1.ArrowTracesService/ArrowTraces" : OtlpClient.TracesMethod,
                GrpcFrame.Wrap(body, compressed: coding is not null), coding, headers)
            : _client.PostAsync(
                gateway.Address(GatewayListener.OtlpHttp), isUnknown ? "/api/v2/spans" : OtlpClient.TracesPath, body,
                form == "json" ? OtlpClient.Json : OtlpClient.Protobuf, coding, headers);
    }
}
