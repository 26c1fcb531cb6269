using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Keys;
using KmsGateway.Proxy.Management.Administration;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Proxy.Tests.Management.Administration;

public sealed class DecryptEndpointsTests : IAsyncLifetime
{
    private const string Secret = "an-admin-token-that-nobody-knows";
    private const string Clear = "clear-text-that-nobody-logs";
    private const string TraceId = "5b8efff798038103d269b633813fc60c";
    private const string SpanId = "eee19b7ec3c1b174";

    private readonly LogCapture _log = new();
    private TestGateway _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(
        builder =>
        {
            builder.Logging.AddProvider(_log);
            builder.Logging.AddFilter<LogCapture>(null, LogLevel.Trace);
        },
        [
            "--EmbeddedSink:Enabled=true",
            "--Tenancy:Tenants:1=globex",
            "--Encryption:Attributes:0=pii.*",
            "--Admin:DecryptValuesPerMinute=1000",
            "--Admin:Tokens:0:Name=alice",
            $"--Admin:Tokens:0:Hash={Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)))}",
            .. AdminScope.All.Select((scope, i) => $"--Admin:Tokens:0:Scopes:{i}={scope}"),
        ]);

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task Decrypt_ValuesOfEveryKind_AnswersInOrder()
    {
        var value = $$"""{"stringValue":"{{Clear}} {{"\u007f"}}"}""";
        var counted = new List<string>();
        using var meters = Listen(counted);

        using var answer = await PostAsync(
            Asked(await EncryptAsync(Encoding.UTF8.GetBytes(value))),
            Asked("an ordinary text"),
            Asked(await EncryptAsync("null"u8.ToArray())),
            Asked(await EncryptAsync([1, .. "{\"key\":1}"u8])),
            Asked(await EncryptAsync([0, 0x0A, 0x00])),
            Asked(await EncryptAsync("null"u8.ToArray()), place => place["scope"] = "link"),
            Asked(await EncryptAsync("null"u8.ToArray()), place => place["tenant"] = "globex"),
            Asked(await EncryptAsync("null"u8.ToArray()), place => place["tenant"] = "default"),
            Asked(await EncryptAsync("{ }"u8.ToArray())),
            Asked((await EncryptAsync("null"u8.ToArray())).Replace("kmsgw-enc/1.", "kmsgw-enc/1.f", StringComparison.Ordinal)[..^1]),
            Asked(OfUnknownKey(await EncryptAsync("null"u8.ToArray()))));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.Contains($$"""{"value":{{value}}}""", text, StringComparison.Ordinal);
        Assert.Equal(
            ["value", "not-encrypted", "null", "json eyJrZXkiOjF9", "protobuf CgA=", "wrong-place", "wrong-tenant", "null", "not-a-value", "not-encrypted", "unknown-key"],
            JsonNode.Parse(text)!["values"]!.AsArray().Select(Told));
        Assert.DoesNotContain(Clear, _log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(EncryptedValue.Format + ".", _log.Text, StringComparison.Ordinal);
        Assert.Equal(1, _log.Count(4094));
        Assert.Equal(["ok 5", "refused 6"], counted);
    }

    [Fact]
    public async Task Decrypt_NothingCanBe_IsInTheAuditTrailAllTheSame()
    {
        var value = OfUnknownKey(await EncryptAsync("null"u8.ToArray()));
        using var first = await PostAsync(Asked(value), Asked("an ordinary text"));
        using var second = await PostAsync(Asked(await EncryptAsync("null"u8.ToArray())));
        var number = JsonNode.Parse(await second.Content.ReadAsStringAsync(Token))!["audit"]!.GetValue<long>();

        var entries = (await GetAsync("/api/admin/audit"))["entries"]!.AsArray();

        Assert.Equal(2, entries.Count);
        Assert.Equal(
            "decrypt alice ticket 1 [] 2", $"{entries[0]!["action"]} {entries[0]!["actor"]} {entries[0]!["reason"]} {entries[0]!["tenants"]!.ToJsonString()} {entries[0]!["values"]}");
        Assert.Equal(value.Split('.')[1], entries[0]!["kids"]!.AsArray().Single()!.GetValue<string>());
        Assert.Equal("default", entries[1]!["tenants"]!.AsArray().Single()!.GetValue<string>());
        Assert.Equal(number, entries[1]!["n"]!.GetValue<long>());
        Assert.Empty((await GetAsync($"/api/admin/audit?after={number}"))["entries"]!.AsArray());
    }

    [Fact]
    public async Task Decrypt_AuditTrailCannotBeWritten_GivesNothingOut()
    {
        var value = await EncryptAsync(Encoding.UTF8.GetBytes($$"""{"stringValue":"{{Clear}}"}"""));
        await using (var database = new SqliteConnection($"Data Source={_gateway.KeyStoreFile}"))
        {
            await database.OpenAsync(Token);
            await using var command = database.CreateCommand();
            command.CommandText = "DROP TABLE audit_event";
            await command.ExecuteNonQueryAsync(Token);
        }

        using var answer = await PostAsync(Asked(value));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.DoesNotContain(Clear, await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(0, _log.Count(4094));
    }

    [Fact]
    public async Task Decrypt_KeyThatIsShredded_IsLost()
    {
        var value = await EncryptAsync("null"u8.ToArray());
        var kid = value.Split('.')[1];
        using var active = await ShredAsync(kid, kid);
        Assert.Equal(HttpStatusCode.Conflict, active.StatusCode);
        using var rotated = await SendAsync(
            "/api/admin/kms/tenants/default/rotate?purpose=encryption", new JsonObject { ["reason"] = "erasure" });
        Assert.Equal(HttpStatusCode.OK, rotated.StatusCode);
        using var before = await PostAsync(Asked(value));
        Assert.Equal("null", Told(JsonNode.Parse(await before.Content.ReadAsStringAsync(Token))!["values"]![0]));

        using var shredded = await ShredAsync(kid, kid);
        using var after = await PostAsync(Asked(value), Asked(await EncryptAsync("null"u8.ToArray())));

        Assert.Equal(HttpStatusCode.OK, shredded.StatusCode);
        Assert.Equal(
            ["shredded", "null"], JsonNode.Parse(await after.Content.ReadAsStringAsync(Token))!["values"]!.AsArray().Select(Told));
        Assert.Equal(
            ["decrypt", "shred", "decrypt"],
            (await GetAsync("/api/admin/audit"))["entries"]!.AsArray().Select(entry => (string)entry!["action"]!));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("yes")]
    [InlineData("E477874ABF723B71CAB6C54925984756")]
    public async Task Shred_NotConfirmed_IsRefused(string? confirm)
    {
        using var answer = await ShredAsync("e477874abf723b71cab6c54925984756", confirm);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("'confirm'", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("traceId", "5B8EFFF798038103D269B633813FC60C", "'values[1]': 'traceId'")]
    [InlineData("traceId", null, "'values[1]': 'traceId'")]
    [InlineData("spanId", "eee1", "'values[1]': 'traceId'")]
    [InlineData("scope", "resource", "'values[1]': 'scope'")]
    [InlineData("scope", "Span", "'values[1]': 'scope'")]
    [InlineData("key", null, "'values[1]': 'key'")]
    [InlineData("keyBytes", "cGlpLmE=", "'values[1]': 'key'")]
    [InlineData("value", null, "'values[1]': 'value'")]
    public async Task Decrypt_MalformedValue_IsRefusedAsAWhole(string member, string? content, string expected)
    {
        using var answer = await PostAsync(Asked("x"), Asked("x", place => place[member] = content));

        await AssertRefusedAsync(answer, expected);
    }

    [Fact]
    public async Task Decrypt_NoValueOrTooMany_IsRefused()
    {
        using var none = await PostAsync();
        await AssertRefusedAsync(none, "'values' is missing");
        using var nothing = await PostAsync((JsonNode?)null);
        await AssertRefusedAsync(nothing, "'values[0]'");
        using var many = await PostAsync([.. Enumerable.Repeat(0, 1_001).Select(_ => Asked("x"))]);
        await AssertRefusedAsync(many, "Ask in several calls");
        Assert.Empty((await GetAsync("/api/admin/audit"))["entries"]!.AsArray());
    }

    [Fact]
    public async Task Decrypt_KeyThatIsNotUtf8_IsGivenAsBytes()
    {
        byte[] key = [.. "pii."u8, 0xFF];
        var value = await EncryptAsync("null"u8.ToArray(), key);

        using var answer = await PostAsync(Asked(value, place =>
        {
            place.Remove("key");
            place["keyBytes"] = Convert.ToBase64String(key);
        }));

        Assert.Equal("null", Told(JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["values"]![0]));
    }

    [Fact]
    public async Task Decrypt_SpanWithoutIds_HasEmptyOnes()
    {
        var value = await EncryptAsync("null"u8.ToArray(), hasIds: false);

        using var answer = await PostAsync(Asked(value, place => (place["traceId"], place["spanId"]) = ("", "")));

        Assert.Equal("null", Told(JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["values"]![0]));
    }

    [Fact]
    public async Task Decrypt_IdempotencyKey_IsRefused()
    {
        using var request = Request("/api/admin/decrypt", Body(Asked(await EncryptAsync("null"u8.ToArray()))));
        request.Headers.Add(IdempotencyKeys.Header, "once");

        using var answer = await _gateway.Management.SendAsync(request, Token);

        await AssertRefusedAsync(answer, "takes no Idempotency-Key");
        Assert.Empty((await GetAsync("/api/admin/audit"))["entries"]!.AsArray());
    }

    [Fact]
    public async Task Decrypt_MoreThanAMinutesWorth_SaysWhenToComeAgain()
    {
        using var first = await PostAsync([.. Enumerable.Repeat(0, 1_000).Select(_ => Asked("x"))]);
        using var second = await PostAsync([.. Enumerable.Repeat(0, 1_000).Select(_ => Asked("x"))]);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.InRange(second.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Single((await GetAsync("/api/admin/audit"))["entries"]!.AsArray());
    }

    /// <summary>To this gateway's meters alone: others in this process have the same names.</summary>
    private MeterListener Listen(List<string> counted)
    {
        var factory = _gateway.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "kmsgateway.values_decrypted" && instrument.Meter.Scope == factory)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, values, tags, _) => counted.Add($"{tags[0].Value} {values}"));
        listener.Start();
        return listener;
    }

    private static JsonObject Asked(string value, Action<JsonObject>? change = null)
    {
        var asked = new JsonObject
        {
            ["traceId"] = TraceId,
            ["spanId"] = SpanId,
            ["scope"] = "span",
            ["key"] = "pii.a",
            ["value"] = value,
        };
        change?.Invoke(asked);
        return asked;
    }

    private static string OfUnknownKey(string value) => string.Join('.', value.Split('.').Select((part, i) => i == 1 ? new string('0', 32) : part));

    private static string Told(JsonNode? value) => value switch
    {
        _ when value!["error"] is { } error => error["code"]!.GetValue<string>(),
        _ when value["keyValue"] is { } keyValue => $"{value["encoding"]} {keyValue}",
        _ when value.AsObject().ContainsKey("value") => value["value"] is null ? "null" : "value",
        _ => value.ToJsonString(),
    };

    /// <summary>As the gateway does it for tenant default.</summary>
    private async Task<string> EncryptAsync(byte[] plaintext, byte[]? key = null, bool hasIds = true)
    {
        var result = await _gateway.Services.GetRequiredService<TenantKeys>().GetEncryptionKeyAsync("default", Token);
        Assert.True(result.TryGetLease(out var lease), $"{result.Failure}");
        using (lease)
        {
            var place = new ValuePlace();
            place.SetSpan("default", hasIds ? Convert.FromHexString(TraceId) : [], hasIds ? Convert.FromHexString(SpanId) : []);
            place.SetAttribute(AttributeScope.Span, key ?? "pii.a"u8.ToArray());
            var text = new byte[EncryptedValue.LengthOf(plaintext.Length)];
            var encryptor = lease.Seed.Take();
            encryptor.Encrypt(plaintext, place.Json, text);
            lease.Seed.GiveBack(encryptor);
            return Encoding.ASCII.GetString(text);
        }
    }

    private static JsonObject Body(params JsonNode?[] values) => new() { ["reason"] = "ticket 1", ["values"] = new JsonArray(values) };

    private Task<HttpResponseMessage> PostAsync(params JsonNode?[] values) => SendAsync("/api/admin/decrypt", Body(values));

    private Task<HttpResponseMessage> ShredAsync(string kid, string? confirm) =>
        SendAsync($"/api/admin/kms/keys/{kid}/shred", new JsonObject { ["reason"] = "erasure", ["confirm"] = confirm });

    private async Task<HttpResponseMessage> SendAsync(string path, JsonNode body)
    {
        using var request = Request(path, body);
        return await _gateway.Management.SendAsync(request, Token);
    }

    private async Task<JsonNode> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        using var answer = await _gateway.Management.SendAsync(request, Token);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!;
    }

    private static HttpRequestMessage Request(string path, JsonNode body) => new(HttpMethod.Post, path)
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Secret) },
        Content = JsonContent.Create(body),
    };

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, string expected)
    {
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(expected, JsonNode.Parse(text)!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }
}
