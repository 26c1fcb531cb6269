using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace KmsGateway.Cryptography;

/// <summary>One entry of the trust chain: what happened to a tenant's signing key, signed by the root.</summary>
public sealed record KeyEvent
{
    public const string Typ = "kmsgw-key+jws";
    public const string Version = "kmsgw-key/1";

    /// <summary>The reason of a revocation after which the signing time of nothing under the key can be believed.</summary>
    public const string Compromise = "compromise";

    /// <summary>The reason of a revocation that leaves valid what was signed before it.</summary>
    public const string Superseded = "superseded";

    public required VerificationKey Key { get; init; }

    public required string Tenant { get; init; }

    public required KeyStatus Status { get; init; }

    /// <summary>The place in the chain, from 1.</summary>
    public required long N { get; init; }

    /// <summary>b64u(SHA-256(previous compact JWS)), or "" for the first.</summary>
    public required string Previous { get; init; }

    public required ulong NotBefore { get; init; }

    public ulong? Expires { get; init; }

    public string? Reason { get; init; }

    public ulong? RevokedAt { get; init; }

    public ulong? CompromisedFrom { get; init; }

    public byte[] ToPayload()
    {
        var writer = new CanonicalJsonWriter();
        writer.BeginObject();
        WriteTime(writer, "compromised_from"u8, CompromisedFrom);
        WriteTime(writer, "exp"u8, Expires);
        writer.Name("jwk"u8);
        Key.WriteJwk(writer);
        writer.Name("n"u8);
        writer.Integer(N);
        WriteTime(writer, "nbf"u8, NotBefore);
        writer.Name("prev"u8);
        writer.String(Previous);
        if (Reason is not null)
        {
            writer.Name("reason"u8);
            writer.String(Reason);
        }

        WriteTime(writer, "revoked_at"u8, RevokedAt);
        writer.Name("status"u8);
        writer.String(StatusName(Status));
        writer.Name("tenant"u8);
        writer.String(Tenant);
        writer.Name("v"u8);
        writer.String(Version);
        writer.EndObject();
        return writer.ToArray();
    }

    /// <summary>Reads a payload that is exactly what <see cref="ToPayload"/> writes: no other member, order or spelling.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out KeyEvent? keyEvent)
    {
        keyEvent = null;
        if (!StrictJson.TryParse(payload, out var document))
        {
            return false;
        }

        using (document)
        {
            var root = document.RootElement;
            if (!JsonWebKey.TryRead(root, "jwk", out var key)
                || !TryParseStatus(StrictJson.Text(root, "status"), out var status)
                || !UnixNanoseconds.TryParse(StrictJson.Text(root, "nbf"), out var notBefore)
                || StrictJson.Text(root, "tenant") is not { } tenant
                || !TenantId.IsValid(tenant)
                || StrictJson.Text(root, "prev") is not { } previous
                || !root.TryGetProperty("n"u8, out var n) || n.ValueKind != JsonValueKind.Number || !n.TryGetInt64(out var number))
            {
                return false;
            }

            keyEvent = new KeyEvent
            {
                Key = key,
                Tenant = tenant,
                Status = status,
                N = number,
                Previous = previous,
                NotBefore = notBefore,
                Expires = ReadTime(root, "exp"),
                Reason = StrictJson.Text(root, "reason"),
                RevokedAt = ReadTime(root, "revoked_at"),
                CompromisedFrom = ReadTime(root, "compromised_from"),
            };
        }

        return keyEvent.ToPayload().AsSpan().SequenceEqual(payload.Span);
    }

    public static string StatusName(KeyStatus status) => status switch
    {
        KeyStatus.Published => "published",
        KeyStatus.Active => "active",
        KeyStatus.Retired => "retired",
        KeyStatus.Revoked => "revoked",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    public static bool TryParseStatus(string? name, out KeyStatus status)
    {
        (var known, status) = name switch
        {
            "published" => (true, KeyStatus.Published),
            "active" => (true, KeyStatus.Active),
            "retired" => (true, KeyStatus.Retired),
            "revoked" => (true, KeyStatus.Revoked),
            _ => (false, default),
        };
        return known;
    }

    private static ulong? ReadTime(JsonElement root, string name) =>
        UnixNanoseconds.TryParse(StrictJson.Text(root, name), out var time) ? time : null;

    private static void WriteTime(CanonicalJsonWriter writer, ReadOnlySpan<byte> name, ulong? time)
    {
        if (time is { } value)
        {
            writer.Name(name);
            writer.IntegerString(value);
        }
    }
}
