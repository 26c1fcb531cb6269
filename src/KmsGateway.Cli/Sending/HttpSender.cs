using System.Globalization;
using System.Net.Http.Headers;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Sending;

/// <summary>OTLP/HTTP, protobuf or JSON.</summary>
internal sealed class HttpSender(Uri address, bool isJson, SendOptions options, CliEnvironment environment) : IOtlpSender
{
    private const string Path = "/v1/traces";
    private const string Json = "application/json";
    private const string Protobuf = "application/x-protobuf";

    public string Name => isJson ? "OTLP/HTTP JSON" : "OTLP/HTTP protobuf";

    public Uri Address => address;

    public async Task<OtlpAnswer> SendAsync(IReadOnlyList<SampleSpan> spans, CancellationToken cancellationToken)
    {
        using var client = environment.CreateClient(address, SendOptions.Timeout);
        using var request = NewRequest(options.Compress(isJson ? JsonRequestWriter.Write(spans) : ProtobufRequestWriter.Write(spans)));
        using var response = await client.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return Read(response, body);
    }

    private static OtlpAnswer Read(HttpResponseMessage response, byte[] body)
    {
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        var status = $"HTTP {(int)response.StatusCode}";
        if (response.IsSuccessStatusCode)
        {
            var partial = mediaType == Json ? PartialSuccess.FromJson(body) : PartialSuccess.FromProtobuf(body);
            return new OtlpAnswer { IsTaken = true, Status = status, RejectedSpans = partial.RejectedSpans, Message = partial.Message };
        }

        var error = mediaType switch
        {
            Json => RpcStatus.FromJson(body),
            Protobuf => RpcStatus.FromProtobuf(body),
            _ => null,
        };
        return new OtlpAnswer
        {
            IsTaken = false,
            Status = $"{status} {response.ReasonPhrase}".TrimEnd(),
            Message = error?.Message,
            RetryAfter = RetryAfter(response.Headers.RetryAfter) ?? error?.RetryDelay,
        };
    }

    private static string? RetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta is { } delay ? string.Create(CultureInfo.InvariantCulture, $"{delay.TotalSeconds:0} s") : header?.ToString();

    private HttpRequestMessage NewRequest(byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, Path)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(isJson ? Json : Protobuf);
        if (options.Gzip)
        {
            request.Content.Headers.ContentEncoding.Add("gzip");
        }

        options.AddTenant(request);
        return request;
    }
}
