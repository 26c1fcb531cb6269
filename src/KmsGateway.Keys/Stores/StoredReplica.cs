namespace KmsGateway.Keys.Stores;

/// <summary>A gateway on this store.</summary>
/// <param name="Applied">The entry of the chain up to which it has acted: no key withdrawn by it is in use there.</param>
/// <param name="SeenAt">When it last said so.</param>
internal sealed record StoredReplica(string Id, long Applied, DateTimeOffset SeenAt);
