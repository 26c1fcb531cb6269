using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using Xunit;

namespace KmsGateway.Cli.Tests.Fixtures;

/// <summary>Encrypts as a gateway does, and answers the call that decrypts.</summary>
internal sealed class EncryptingGateway : IDisposable
{
    public const string Tenant = "default";
    public const string Kid = "e477874abf723b71cab6c54925984756";

    private static readonly SensitiveKeys Sensitive = new(new KeyPatterns(["pii.*"]));

    private readonly TenantSeed _seed = new(Tenant, Kid, new byte[TenantSeed.Size]);
    private readonly ValueOpener _opener = new();

    /// <summary>What was asked for, a body for each call.</summary>
    public List<JsonNode> Calls { get; } = [];

    /// <summary>Answers in the place of the next calls.</summary>
    public Queue<HttpResponseMessage> Refusals { get; } = [];

    public Workplace Workplace(Action? waiting = null) => new()
    {
        CreateHandler = _ => new AnswerHandler(Answer),
        Time = new SteppingTime { Waiting = waiting ?? (() => { }) },
    };

    public string Encrypt(string json) => Encoding.UTF8.GetString(Encrypt(Encoding.UTF8.GetBytes(json), JsonTraceEncoding.Instance));

    public byte[] Encrypt(byte[] body, ITraceEncoding encoding)
    {
        var scan = new TraceScan();
        var splicer = new TraceSplicer();
        Check(encoding.Scan(body, new KeyPatterns(["*"]), KeyPatterns.None, new OtlpLimits(), scan));
        splicer.Reset(scan, body.Length);
        var cipher = new AttributeCipher(new OtlpLimits());
        var search = new AttributeSearch { OfSpans = Sensitive.OfSpans, OfOthers = Sensitive.Patterns };
        var encryptor = _seed.Take();
        for (var i = 0; i < scan.Spans.Length; i++)
        {
            Check(encoding.FindAttributes(body, scan, i, search, out _));
        }

        foreach (var span in search.Spans)
        {
            cipher.SetSpan(Tenant, encoding, body, span);
            foreach (var attribute in search.Of(span))
            {
                Check(cipher.Encrypt(encoding, body, attribute, encryptor, splicer));
            }
        }

        _seed.GiveBack(encryptor);
        splicer.Complete();
        return [.. splicer.Slices(body).SelectMany(slice => slice.ToArray())];
    }

    public void Dispose() => _seed.Dispose();

    private HttpResponseMessage Answer(HttpRequestMessage request)
    {
        if (request.RequestUri!.AbsolutePath != "/api/admin/decrypt")
        {
            throw new InvalidOperationException($"{request.RequestUri} was called.");
        }

        using var body = request.Content!.ReadAsStream();
        var call = JsonNode.Parse(body)!;
        Calls.Add(call);
        if (Refusals.TryDequeue(out var refusal))
        {
            return refusal;
        }

        using var decryptor = new ValueDecryptor(_seed);
        var values = string.Join(',', call["values"]!.AsArray().Select(value => Open(value!, decryptor)));
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent($$"""{"audit":{{Calls.Count}},"values":[{{values}}]}"""),
        };
    }

    private string Open(JsonNode asked, ValueDecryptor decryptor)
    {
        Assert.True(EncryptedValue.TryParse(Encoding.ASCII.GetBytes((string)asked["value"]!), out var value));
        Assert.True(ValuePlace.TryParseScope((string)asked["scope"]!, out var scope));
        var key = asked["keyBytes"] is { } bytes ? Convert.FromBase64String((string)bytes!) : Encoding.UTF8.GetBytes((string)asked["key"]!);
        var location = new ValueLocation((string?)asked["tenant"], (string)asked["traceId"]!, (string)asked["spanId"]!, scope, key);
        var refusal = _opener.Open(value, location, Tenant, decryptor, out var clear);
        return clear switch
        {
            null => JsonSerializer.Serialize(new { error = new { code = $"{refusal}", message = "Ask\u001bsomebody." } }),
            { Encoding: JsonTraceEncoding } => $$"""{"keyValue":"{{Convert.ToBase64String(clear.KeyValue)}}","encoding":"json"}""",
            { Encoding: not null } => $$"""{"keyValue":"{{Convert.ToBase64String(clear.KeyValue)}}","encoding":"protobuf"}""",
            _ => $$"""{"value":{{Encoding.UTF8.GetString(clear.Json)}}}""",
        };
    }

    private static void Check(OtlpError error)
    {
        if (error != OtlpError.None)
        {
            throw new InvalidDataException($"{error}");
        }
    }
}
