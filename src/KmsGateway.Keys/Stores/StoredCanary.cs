using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Stores;

/// <summary>A wrapped secret that is good for nothing but to be unwrapped.</summary>
internal sealed record StoredCanary(Guid Id, IReadOnlyList<KeyWrap> Wraps, DateTimeOffset CreatedAt);
