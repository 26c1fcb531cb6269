using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Stores;

/// <summary>A version of a tenant's key with its secret, wrapped once for each Region.</summary>
internal sealed record StoredKey(KeyVersion Version, IReadOnlyList<KeyWrap> Wraps);
