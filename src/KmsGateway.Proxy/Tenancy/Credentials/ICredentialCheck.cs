using KmsGateway.Proxy.Rejections;

namespace KmsGateway.Proxy.Tenancy.Credentials;

/// <summary>One way for a caller to say who it is.</summary>
internal interface ICredentialCheck
{
    /// <summary>How a caller is told what it may present.</summary>
    string Name { get; }

    /// <summary>The operator has set it up.</summary>
    bool IsConfigured { get; }

    /// <summary>The tenants of the credential; null if the request has none of this kind.</summary>
    /// <exception cref="RejectionException">There is one, and it is not good.</exception>
    ValueTask<TenantAllowList?> CheckAsync(HttpContext context);

    /// <summary>Takes the secret out of the request: what was for the gateway is not for the upstream.</summary>
    void Remove(HttpRequest request);
}
