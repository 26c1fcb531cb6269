using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Gateways;

/// <summary>Calls of a gateway's admin API. What it refuses ends the command with its own words.</summary>
internal sealed class AdminClient : IDisposable
{
    public const string TokenVariable = "KMSGW_TOKEN";

    private const string IdempotencyKey = "Idempotency-Key";
    private const int MaxAnswerBytes = 256 * 1024 * 1024;
    private const int MaxTokenBytes = 4_096;

    // A revocation waits for every gateway: those that do not answer have 90 s.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(120);

    // A minute's worth of values, when another with the same credential takes them as well.
    private static readonly TimeSpan MaxPatience = TimeSpan.FromMinutes(10);

    private readonly HttpClient _client;
    private readonly TimeProvider _time;
    private readonly Uri _management;

    private AdminClient(CliEnvironment environment, Uri management, string? token)
    {
        _management = management;
        _time = environment.Time;
        _client = environment.CreateClient(management, Timeout);
        _client.MaxResponseContentBufferSize = MaxAnswerBytes;
        if (token is not null)
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public static async Task<AdminClient> CreateAsync(
        CliEnvironment environment, string? gateway, string? tokenFile, CancellationToken cancellationToken) =>
        new(environment, GatewayEndpoints.Of(gateway, null, null).Management, await TokenAsync(tokenFile, cancellationToken));

    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        Parse(path, await GetBytesAsync(path, cancellationToken));

    public async Task<byte[]> GetBytesAsync(string path, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Get, path, null, null, cancellationToken);

    /// <summary>Sends, and reads the answer; an empty one is no value.</summary>
    public Task<JsonElement> SendJsonAsync(HttpMethod method, string path, byte[]? json, CancellationToken cancellationToken) =>
        SendJsonAsync(method, path, json, null, cancellationToken);

    /// <summary>A POST that the gateway does once, even if something on the way sends it again.</summary>
    public Task<JsonElement> PostOnceAsync(string path, byte[]? json, CancellationToken cancellationToken) =>
        SendJsonAsync(HttpMethod.Post, path, json, Guid.NewGuid().ToString(), cancellationToken);

    /// <summary>A POST that is sent again while the gateway says that it is too much for now.</summary>
    public async Task<JsonElement> PostWhenAllowedAsync(string path, byte[] json, CancellationToken cancellationToken)
    {
        var since = _time.GetTimestamp();
        while (true)
        {
            try
            {
                return await SendJsonAsync(HttpMethod.Post, path, json, null, cancellationToken);
            }
            catch (CommandException error) when (error.RetryAfter is { } pause && _time.GetElapsedTime(since) + pause <= MaxPatience)
            {
                await Task.Delay(pause, _time, cancellationToken);
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<JsonElement> SendJsonAsync(
        HttpMethod method, string path, byte[]? json, string? idempotencyKey, CancellationToken cancellationToken)
    {
        using var content = json is null ? null : new ByteArrayContent(json);
        content?.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var answer = await SendAsync(method, path, content, idempotencyKey, cancellationToken);
        return answer.Length == 0 ? default : Parse(path, answer);
    }

    private async Task<byte[]> SendAsync(
        HttpMethod method, string path, HttpContent? content, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var address = new Uri(_management, path);
        try
        {
            using var request = new HttpRequestMessage(method, address) { Content = content };
            if (idempotencyKey is not null)
            {
                request.Headers.Add(IdempotencyKey, idempotencyKey);
            }

            using var response = await _client.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.IsSuccessStatusCode
                ? body
                : throw new CommandException($"the gateway answered {(int)response.StatusCode}: {Problem(body)}")
                {
                    ExitCode = ExitCode.Failure,
                    RetryAfter = response.StatusCode == HttpStatusCode.TooManyRequests ? response.Headers.RetryAfter?.Delta : null,
                };
        }
        catch (HttpRequestException error)
        {
            throw new CommandException($"{_management} is not reachable: {error.Message}", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"{_management} did not answer within {Timeout.TotalSeconds:0} s", error);
        }
    }

    private static async Task<string?> TokenAsync(string? file, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token ? Checked(token, TokenVariable) : null;
        }

        try
        {
            return new FileInfo(file) is { Exists: true, Length: > MaxTokenBytes }
                ? throw new CommandException($"--token-file {file} is no token: it is too large")
                : Checked((await File.ReadAllTextAsync(file, cancellationToken)).Trim(), $"--token-file {file}");
        }
        catch (Exception error) when (error is UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"--token-file {file} cannot be read: name a file that holds the token, and that you may read", error);
        }
    }

    // Not the token itself: it would stand on a screen.
    private static string Checked(string token, string source) =>
        token.Length > 0 && token.All(character => character is > ' ' and < '\x7f')
            ? token
            : throw new CommandException($"{source} holds no token: it is one word of printable ASCII");

    private JsonElement Parse(string path, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new CommandException($"{new Uri(_management, path)} did not answer as a gateway does", error);
        }
    }

    private static string Problem(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } problem
                && problem.TryGetProperty("detail", out var detail)
                && detail.GetString() is { } text)
            {
                return text;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Something in front of it answered.
        }

        return body.Length == 0 ? "without a reason" : Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 200)));
    }
}
