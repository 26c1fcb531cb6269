using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Retrieval;

/// <summary>The key a tenant signs with, as store and trust chain agree on it.</summary>
/// <param name="Id">The row of the key.</param>
/// <param name="Trusted">Null when the chain does not know the row's key as an active one of this tenant.</param>
/// <param name="Since">When it began to sign.</param>
internal sealed record ActiveKey(Guid Id, TrustedKey? Trusted, DateTimeOffset Since);
