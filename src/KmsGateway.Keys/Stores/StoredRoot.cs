using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Stores;

/// <summary>The root key of the installation.</summary>
/// <param name="Wraps">Its private part, or where it is, once for each Region.</param>
internal sealed record StoredRoot(Guid Id, string Kid, byte[] PublicKey, IReadOnlyList<KeyWrap> Wraps, DateTimeOffset CreatedAt);
