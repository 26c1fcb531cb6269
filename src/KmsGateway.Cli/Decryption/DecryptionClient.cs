using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using KmsGateway.Cli.Gateways;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Cli.Decryption;

/// <summary>Asks a gateway for clear values.</summary>
/// <param name="client">The gateway.</param>
/// <param name="reason">Why, for its audit trail.</param>
/// <param name="tenant">Whose values these are, where nothing else says it.</param>
internal sealed class DecryptionClient(AdminClient client, string reason, string? tenant)
{
    /// <summary>What the gateway takes in one call.</summary>
    public const int MaxValues = 1_000;

    private const string Api = "/api/admin/decrypt";

    // Of a body with several values: a gateway takes more in any case.
    private const int MaxBodyBytes = 4 * 1024 * 1024;

    // What stands around a value: ids, names, a tenant, and a short key with each character as an escape.
    private const int MaxBytesAround = 1_024;

    // A longer one goes as base64, for a character may be six as an escape.
    private const int MaxTextKeyBytes = 64;

    private readonly CanonicalValue _canonical = new(limits: null);

    /// <summary>The entries of the audit trail about it, the first and the last.</summary>
    public (long First, long Last)? Audit { get; private set; }

    /// <summary>An answer to each value. What stands there twice is asked for once.</summary>
    public async Task<IReadOnlyList<ValueAnswer>> AskAsync(IReadOnlyList<LocatedValue> values, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<(ValueLocation Location, string Key, string Text), ValueAnswer>();
        var batch = new List<LocatedValue>();
        var bytes = 0;
        foreach (var value in values.DistinctBy(KeyOf))
        {
            if (tenant is not null && value.Location.Tenant is { } named && named != tenant)
            {
                answers.Add(KeyOf(value), ValueAnswer.Refused(
                    "wrong-tenant", $"Its span's statement says that it is {named}'s, and --tenant says {tenant}. Ask with --tenant {named}."));
                continue;
            }

            if (batch.Count == MaxValues || (batch.Count > 0 && bytes + SizeOf(value) > MaxBodyBytes))
            {
                await AskAsync(batch, answers, cancellationToken);
                batch.Clear();
                bytes = 0;
            }

            batch.Add(value);
            bytes += SizeOf(value);
        }

        if (batch.Count > 0)
        {
            await AskAsync(batch, answers, cancellationToken);
        }

        return [.. values.Select(value => answers[KeyOf(value)])];
    }

    private async Task AskAsync(
        List<LocatedValue> batch,
        Dictionary<(ValueLocation Location, string Key, string Text), ValueAnswer> answers,
        CancellationToken cancellationToken)
    {
        var answer = await client.PostWhenAllowedAsync(Api, Request(batch), cancellationToken);
        var entry = answer.GetProperty("audit").GetInt64();
        Audit = (Audit?.First ?? entry, entry);
        var values = answer.GetProperty("values").EnumerateArray().ToList();
        if (values.Count != batch.Count)
        {
            throw new FormatException($"{batch.Count} values were asked for, and {values.Count} answered.");
        }

        foreach (var (asked, value) in batch.Zip(values))
        {
            answers.Add(KeyOf(asked), Read(value));
        }
    }

    private byte[] Request(List<LocatedValue> batch) => RequestJson.Of(json =>
    {
        json.WriteString("reason", reason);
        json.WriteStartArray("values");
        foreach (var value in batch)
        {
            json.WriteStartObject();
            if ((value.Location.Tenant ?? tenant) is { } owner)
            {
                json.WriteString("tenant", owner);
            }

            json.WriteString("traceId", value.Location.TraceId);
            json.WriteString("spanId", value.Location.SpanId);
            json.WriteString("scope", ValuePlace.NameOf(value.Location.Scope));
            if (value.Location.Key.Length <= MaxTextKeyBytes && Utf8.IsValid(value.Location.Key.Span))
            {
                json.WriteString("key", value.Location.Key.Span);
            }
            else
            {
                json.WriteBase64String("keyBytes", value.Location.Key.Span);
            }

            json.WriteString("value", value.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private ValueAnswer Read(JsonElement answer)
    {
        if (answer.TryGetProperty("error", out var error))
        {
            return ValueAnswer.Refused(error.Text("code"), error.Text("message"));
        }

        var plaintext = answer.TryGetProperty("keyValue", out var keyValue)
            ? [EncodingOf(answer.Text("encoding")).RawValueMark, .. keyValue.GetBytesFromBase64()]
            : Encoding.UTF8.GetBytes(answer.GetProperty("value").GetRawText());
        return DecryptedValue.TryTake(plaintext, _canonical, out var clear)
            ? ValueAnswer.Of(clear)
            : throw new FormatException("A value that was decrypted is in another form than the format has: something changed the answer on its way.");
    }

    private static ITraceEncoding EncodingOf(string name) => name switch
    {
        "protobuf" => ProtobufTraceEncoding.Instance,
        "json" => JsonTraceEncoding.Instance,
        _ => throw new FormatException($"'{name}' is no encoding."),
    };

    // At most, in JSON.
    private static int SizeOf(LocatedValue value) => MaxBytesAround + value.Text.Length + (2 * value.Location.Key.Length);

    // Bytes are not compared by what they are.
    private static (ValueLocation Location, string Key, string Text) KeyOf(LocatedValue value) =>
        (value.Location with { Key = default }, Encoding.Latin1.GetString(value.Location.Key.Span), value.Text);
}
