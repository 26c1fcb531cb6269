using KmsGateway.Keys.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys;

/// <summary>
/// Whether the configuration, which may have been read anew, still lists the tenants that the gateway started with. A file that was taken away
/// or cannot be parsed leaves the defaults; that the list is another one gives it away.
/// </summary>
public sealed class ConfiguredTenants
{
    private readonly IConfiguration _configuration;
    private readonly HashSet<string> _atStart;

    internal ConfiguredTenants(IConfiguration configuration, IOptions<TenantListOptions> atStart)
    {
        _configuration = configuration;
        _atStart = atStart.Value.Tenants.ToHashSet(StringComparer.Ordinal);
    }

    public bool AreThoseOfTheStart =>
        _atStart.SetEquals(_configuration.GetSection(TenantListOptions.Section).Get<TenantListOptions>()?.Tenants ?? []);
}
