using KmsGateway.Evidence.Signing;

namespace KmsGateway.Proxy.Tenancy;

/// <summary>The tenant that a request's spans belong to, and how it was found.</summary>
internal readonly record struct RequestTenant(string Tenant, TenantSource Source);
