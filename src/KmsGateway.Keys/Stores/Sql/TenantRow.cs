namespace KmsGateway.Keys.Stores.Sql;

/// <summary>A row of <c>tenant</c> as Dapper reads it.</summary>
internal sealed class TenantRow
{
    public const string Api = "api";
    public const string Configuration = "configuration";

    public string Id { get; init; } = "";

    public long CreatedAt { get; init; }

    public string Origin { get; init; } = "";

    public long? RemovedAt { get; init; }

    public StoredTenant ToTenant() => new(
        Id,
        DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        Origin == Api,
        RemovedAt is { } removed ? DateTimeOffset.FromUnixTimeMilliseconds(removed) : null);
}
