namespace KmsGateway.Proxy.Tenancy;

/// <summary>Who sent a request, as far as its spans are concerned; a feature of the request.</summary>
/// <param name="Tenants">What its credential allows. Whether such a tenant exists is another question.</param>
/// <param name="Tenant">The tenant of the spans that name none; null where each has to name its own.</param>
internal sealed record Caller(TenantAllowList Tenants, RequestTenant? Tenant);
