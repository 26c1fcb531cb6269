using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Proxy.Protection;

/// <summary>What is in effect for a tenant.</summary>
/// <param name="Signing">The policy as it is published.</param>
/// <param name="Mode">What becomes of its spans where there is no statement.</param>
/// <param name="Sensitive">Whose values leave encrypted.</param>
internal sealed record TenantPolicy(SigningPolicy Signing, EnforcementMode Mode, SensitiveKeys Sensitive);
