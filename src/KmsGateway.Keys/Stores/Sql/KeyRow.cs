using System.Globalization;

namespace KmsGateway.Keys.Stores.Sql;

/// <summary>A row of <c>tenant_key</c> as Dapper reads and writes it.</summary>
internal sealed class KeyRow
{
    public const string Columns =
        """
        id, kid, tenant_id AS Tenant, purpose, alg, public_key AS PublicKey, status, origin, reason, created_at AS CreatedAt,
        activate_at AS ActivateAt, tested_at AS TestedAt, activated_at AS ActivatedAt, deactivated_at AS DeactivatedAt, revoked_at AS RevokedAt, destroyed_at AS DestroyedAt
        """;

    private const string Local = "local";
    private const string Kms = "kms";

    public string Id { get; init; } = "";

    public string Kid { get; init; } = "";

    public string Tenant { get; init; } = "";

    public string Purpose { get; init; } = "";

    public string Alg { get; init; } = "";

    /// <summary>Null of a seed.</summary>
    public byte[]? PublicKey { get; init; }

    public string Status { get; init; } = "";

    public string Origin { get; init; } = "";

    public string Reason { get; init; } = "";

    public long CreatedAt { get; init; }

    public long? ActivateAt { get; init; }

    public long? TestedAt { get; init; }

    public long? ActivatedAt { get; init; }

    public long? DeactivatedAt { get; init; }

    public long? RevokedAt { get; init; }

    public long? DestroyedAt { get; init; }

    public KeyVersion ToVersion() => new()
    {
        Id = Guid.Parse(Id),
        Kid = Kid,
        Tenant = Tenant,
        Purpose = Purpose,
        Algorithm = Alg,
        PublicKey = PublicKey ?? [],
        Stage = Enum.Parse<KeyStage>(Status, ignoreCase: true),
        MadeLocally = Origin == Local,
        Reason = Reason,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        ActivateAt = Time(ActivateAt),
        TestedAt = Time(TestedAt),
        ActivatedAt = Time(ActivatedAt),
        DeactivatedAt = Time(DeactivatedAt),
        RevokedAt = Time(RevokedAt),
        DestroyedAt = Time(DestroyedAt),
    };

    public static KeyRow From(KeyVersion key) => new()
    {
        Id = key.Id.ToString("D", CultureInfo.InvariantCulture),
        Kid = key.Kid,
        Tenant = key.Tenant,
        Purpose = key.Purpose,
        Alg = key.Algorithm,
        PublicKey = key.PublicKey is { Length: > 0 } publicKey ? publicKey : null,
        Status = StatusOf(key.Stage),
        Origin = key.MadeLocally ? Local : Kms,
        Reason = key.Reason,
        CreatedAt = key.CreatedAt.ToUnixTimeMilliseconds(),
        ActivateAt = key.ActivateAt?.ToUnixTimeMilliseconds(),
        TestedAt = key.TestedAt?.ToUnixTimeMilliseconds(),
        ActivatedAt = key.ActivatedAt?.ToUnixTimeMilliseconds(),
        DeactivatedAt = key.DeactivatedAt?.ToUnixTimeMilliseconds(),
        RevokedAt = key.RevokedAt?.ToUnixTimeMilliseconds(),
        DestroyedAt = key.DestroyedAt?.ToUnixTimeMilliseconds(),
    };

    public static string StatusOf(KeyStage stage) => stage switch
    {
        KeyStage.Pending => "pending",
        KeyStage.Published => "published",
        KeyStage.Active => "active",
        KeyStage.Retired => "retired",
        KeyStage.Revoked => "revoked",
        KeyStage.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(stage)),
    };

    private static DateTimeOffset? Time(long? milliseconds) =>
        milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
