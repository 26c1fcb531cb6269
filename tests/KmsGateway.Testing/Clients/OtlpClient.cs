using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using Google.Protobuf;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace KmsGateway.Testing.Clients;

/// <summary>
/// Sends exactly the bytes it is given, over HTTP/1.1 or as a gRPC call: no library between the test and the wire decides anything.
/// </summary>
public sealed class OtlpClient(SslClientAuthenticationOptions? tls = null) : IDisposable
{
    public const string TracesPath = "/v1/traces";
    public const string TracesMethod = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    public const string Protobuf = "application/x-protobuf";
    public const string Json = "application/json";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, SslOptions = tls ?? new() })
    {
        Timeout = Patience.Limit,
    };

    public Task<OtlpResponse> SendAsync(Uri otlpHttp, ExportTraceServiceRequest request) =>
        PostAsync(otlpHttp, TracesPath, request.ToByteArray(), Protobuf);

    public Task<OtlpResponse> SendJsonAsync(Uri otlpHttp, ExportTraceServiceRequest request) =>
        PostAsync(otlpHttp, TracesPath, OtlpJson.Format(request), Json);

    public Task<OtlpResponse> SendGrpcAsync(Uri otlpGrpc, ExportTraceServiceRequest request) =>
        CallAsync(otlpGrpc, TracesMethod, GrpcFrame.Wrap(request.ToByteArray()));

    /// <summary>POSTs <paramref name="body"/>, which is already what <paramref name="contentEncoding"/> says.</summary>
    public async Task<OtlpResponse> PostAsync(
        Uri otlpHttp,
        string path,
        byte[] body,
        string contentType,
        string? contentEncoding = null,
        params (string Name, string Value)[] headers)
    {
        using var request = Request(otlpHttp, path, body, contentType, HttpVersion.Version11, headers);
        if (contentEncoding is not null)
        {
            request.Content!.Headers.TryAddWithoutValidation("Content-Encoding", contentEncoding);
        }

        return await SendAsync(request);
    }

    /// <summary>Calls a gRPC method with <paramref name="frames"/>, which is already what <paramref name="grpcEncoding"/> says.</summary>
    public async Task<OtlpResponse> CallAsync(
        Uri otlpGrpc,
        string method,
        byte[] frames,
        string? grpcEncoding = null,
        params (string Name, string Value)[] headers)
    {
        using var request = Request(otlpGrpc, method, frames, "application/grpc", HttpVersion.Version20, headers);
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (grpcEncoding is not null)
        {
            request.Headers.Add("grpc-encoding", grpcEncoding);
        }

        return await SendAsync(request);
    }

    /// <summary>GETs a page of the management port; the status is for the test to judge.</summary>
    public async Task<OtlpResponse> GetAsync(Uri address, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        return await SendAsync(request);
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Request(
        Uri address,
        string path,
        byte[] body,
        string contentType,
        Version version,
        (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path))
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private async Task<OtlpResponse> SendAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request, Xunit.TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(Xunit.TestContext.Current.CancellationToken);

        // Trailers come after the body. A server that fails at once sends its status as a header instead; a test need not care which.
        var headers = response.Headers.Concat(response.Content.Headers).Concat(response.TrailingHeaders)
            .GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(g => g.Key, g => string.Join(",", g.SelectMany(header => header.Value)), StringComparer.OrdinalIgnoreCase);
        return new OtlpResponse((int)response.StatusCode, headers, body);
    }
}
