using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Audit;

/// <summary>
/// The form of the audit trail: <c>{"action","actor","at","kids","n","prev","reason","tenants","values"}</c> in canonical JSON, where
/// <c>prev</c> is base64url(SHA-256(the entry before)), of the first the empty text.
/// </summary>
internal static class AuditChain
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string Write(AuditEntry entry, DateTimeOffset at, long n, string? before)
    {
        var writer = new CanonicalJsonWriter();
        writer.BeginObject();
        Text(writer, "action"u8, entry.Action);
        Text(writer, "actor"u8, entry.Actor);
        Text(writer, "at"u8, at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
        List(writer, "kids"u8, entry.Kids);
        writer.Name("n"u8);
        writer.Integer(n);
        Text(writer, "prev"u8, LinkTo(before));
        Text(writer, "reason"u8, entry.Reason);
        List(writer, "tenants"u8, entry.Tenants);
        writer.Name("values"u8);
        writer.Integer(entry.Values);
        writer.EndObject();
        return Encoding.UTF8.GetString(writer.Written);
    }

    /// <summary>Reads entries that follow each other.</summary>
    /// <param name="before">The entry before the first of them; null if that is the first of all.</param>
    /// <exception cref="AuditChainException">They do not.</exception>
    public static IReadOnlyList<AuditedAct> Read(IReadOnlyList<StoredAudit> entries, StoredAudit? before)
    {
        var acts = new List<AuditedAct>(entries.Count);
        foreach (var stored in entries)
        {
            if (stored.N != (before?.N ?? 0) + 1)
            {
                throw new AuditChainException((before?.N ?? 0) + 1, "is missing");
            }

            if (!TryRead(stored, out var act))
            {
                throw new AuditChainException(stored.N, "is not what a gateway writes");
            }

            // Written anew, it must be the very text: that covers its link to the entry before it.
            var entry = new AuditEntry(act.Action, act.Actor, act.Reason, act.Tenants, act.Kids, act.Values);
            if (Write(entry, act.At, stored.N, before?.Entry) != stored.Entry)
            {
                throw new AuditChainException(stored.N, "was changed, or the one before it was");
            }

            acts.Add(act);
            before = stored;
        }

        return acts;
    }

    private static string LinkTo(string? before) =>
        before is null ? "" : Base64UrlText.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(before)));

    private static bool TryRead(StoredAudit stored, [NotNullWhen(true)] out AuditedAct? act)
    {
        act = null;
        if (!StrictJson.TryParse(Encoding.UTF8.GetBytes(stored.Entry), out var document))
        {
            return false;
        }

        using (document)
        {
            var root = document.RootElement;
            if (StrictJson.Text(root, "action") is { } action
                && StrictJson.Text(root, "actor") is { } actor
                && StrictJson.Text(root, "reason") is { } reason
                && DateTimeOffset.TryParseExact(
                    StrictJson.Text(root, "at"), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                && Texts(root, "tenants") is { } tenants
                && Texts(root, "kids") is { } kids
                && root.TryGetProperty("values", out var number)
                && number.ValueKind == JsonValueKind.Number
                && number.TryGetInt64(out var values))
            {
                act = new AuditedAct(stored.N, at, action, actor, reason, tenants, kids, values);
            }
        }

        return act is not null;
    }

    private static List<string>? Texts(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var texts = list.EnumerateArray().Select(StrictJson.Text).OfType<string>().ToList();
        return texts.Count == list.GetArrayLength() ? texts : null;
    }

    private static void Text(CanonicalJsonWriter writer, ReadOnlySpan<byte> name, string value)
    {
        writer.Name(name);
        writer.String(value);
    }

    private static void List(CanonicalJsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        writer.Name(name);
        writer.BeginArray();
        foreach (var value in values)
        {
            writer.String(value);
        }

        writer.EndArray();
    }
}
