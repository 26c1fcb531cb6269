using System.Diagnostics.CodeAnalysis;
using KmsGateway.Keys;
using KmsGateway.Proxy.Tenancy;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Protection;

/// <summary>The policies in effect. The first set is built at start, so that a setting that cannot be is found then.</summary>
internal sealed class SigningPolicies
{
    private readonly IOptionsFactory<ComplianceOptions> _compliance;
    private readonly IOptionsFactory<SigningOptions> _signing;
    private readonly IOptionsFactory<EnforcementOptions> _enforcement;
    private readonly IOptionsFactory<EncryptionOptions> _encryption;
    private readonly IOptions<TenancyOptions> _tenancy;
    private readonly TenantKeys _tenants;
    private readonly EnforcementOverrides _overrides;
    private readonly ConfiguredTenants _configured;
    private readonly EncryptingTenants _encrypting;
    private volatile PolicySet _current;

    public SigningPolicies(
        IOptionsFactory<ComplianceOptions> compliance,
        IOptionsFactory<SigningOptions> signing,
        IOptionsFactory<EnforcementOptions> enforcement,
        IOptionsFactory<EncryptionOptions> encryption,
        IOptions<TenancyOptions> tenancy,
        TenantKeys tenants,
        EnforcementOverrides overrides,
        ConfiguredTenants configured,
        EncryptingTenants encrypting)
    {
        (_compliance, _signing, _enforcement, _encryption, _tenancy) = (compliance, signing, enforcement, encryption, tenancy);
        (_tenants, _overrides, _configured, _encrypting) = (tenants, overrides, configured, encrypting);
        Use(Read());
    }

    public PolicySet Current => _current;

    /// <summary>What the configuration says now, and whoever has set it aside for a while.</summary>
    /// <exception cref="OptionsValidationException">It cannot be.</exception>
    public PolicySet Read()
    {
        try
        {
            ThrowIfTenantsHaveChanged();
            return new PolicySet(
                _compliance.Create(Options.DefaultName),
                _signing.Create(Options.DefaultName),
                _enforcement.Create(Options.DefaultName),
                _encryption.Create(Options.DefaultName),
                _tenancy.Value,
                _tenants.Tenants,
                _overrides.Current);
        }
        catch (InvalidOperationException unbound)
        {
            // A number that is none, for one: the binder has an exception of its own for it.
            throw new OptionsValidationException(nameof(PolicySet), typeof(SigningOptions), [unbound.Message]);
        }
    }

    /// <summary>The settings in effect, and whoever has set them aside for a while: that begins and ends whatever became of the configuration.</summary>
    public PolicySet ReadOverrides() => _current.With(_overrides.Current);

    /// <summary>Puts a set into effect whose policies are already published.</summary>
    [MemberNotNull(nameof(_current))]
    public void Use(PolicySet policies)
    {
        _current = policies;

        // A tenant that was added meanwhile is one of this gateway from the moment that it has a policy.
        _tenants.Serve(policies.All.Select(policy => policy.Signing.Tenant));

        // Behind the policies: while those before them encrypt under a seed, it may not be destroyed.
        _encrypting.Use(tenant => !policies.Encryption.Of(tenant).IsEmpty);
    }

    // They are read at start. It is also the sign of a file that was taken away: what is left of the configuration are its defaults, under
    // which spans that are evidence today would be none.
    private void ThrowIfTenantsHaveChanged()
    {
        if (!_configured.AreThoseOfTheStart)
        {
            throw new OptionsValidationException(
                nameof(TenancyOptions),
                typeof(TenancyOptions),
                ["Tenancy:Tenants is not the list that the gateway started with. Put it back, or start the gateway anew."]);
        }
    }
}
