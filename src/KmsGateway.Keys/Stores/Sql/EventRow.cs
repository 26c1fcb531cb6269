namespace KmsGateway.Keys.Stores.Sql;

/// <summary>A row of <c>key_event</c> as Dapper reads and writes it.</summary>
internal sealed class EventRow
{
    public long N { get; init; }

    public string Jws { get; init; } = "";

    public string Actor { get; init; } = "";

    public string Reason { get; init; } = "";

    public long At { get; init; }

    public StoredEvent ToEvent() => new(N, Jws, Actor, Reason, DateTimeOffset.FromUnixTimeMilliseconds(At));

    public static EventRow From(StoredEvent stored) => new()
    {
        N = stored.N,
        Jws = stored.Jws,
        Actor = stored.Actor,
        Reason = stored.Reason,
        At = stored.At.ToUnixTimeMilliseconds(),
    };
}
