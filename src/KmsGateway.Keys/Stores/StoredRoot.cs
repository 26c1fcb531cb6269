using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Stores;

/// <summary>The root key of the installation.</summary>
internal sealed record StoredRoot(Guid Id, string Kid, byte[] PublicKey, KeyWrap Wrap, DateTimeOffset CreatedAt);
