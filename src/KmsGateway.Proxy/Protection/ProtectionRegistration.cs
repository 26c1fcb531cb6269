using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Protection;

internal static class ProtectionRegistration
{
    public static void AddProtection(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<ComplianceOptions>, ComplianceOptionsValidator>();
        services.AddOptions<ComplianceOptions>().BindConfiguration("Compliance").ValidateOnStart();
        services.AddSingleton<IValidateOptions<SigningOptions>, SigningOptionsValidator>();
        services.AddOptions<SigningOptions>().BindConfiguration("Signing").ValidateOnStart();
        services.AddSingleton<IValidateOptions<EnforcementOptions>, EnforcementOptionsValidator>();
        services.AddOptions<EnforcementOptions>().BindConfiguration(EnforcementOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EncryptionOptions>, EncryptionOptionsValidator>();
        services.AddOptions<EncryptionOptions>().BindConfiguration(EncryptionOptions.Section).ValidateOnStart();
        services.TryAddSingleton<EnforcementOverrides>();
        services.AddSingleton<SigningPolicies>();
        services.AddHostedService<PolicyPublication>();
        services.AddSingleton<BlockedTenants>();
        services.AddSingleton<OwnerKeys>();
        services.AddSingleton<SpanEncryption>();
        services.AddSingleton<ProtectionReport>();
        services.AddSingleton<TraceProtector>();
        services.AddSingleton<ProtectionWorkspacePolicy>();
        services.AddSingleton(provider =>
            new DefaultObjectPoolProvider().Create(provider.GetRequiredService<ProtectionWorkspacePolicy>()));
    }

    /// <summary>A policy that cannot be is found now, not at the first span.</summary>
    public static void CheckPolicies(this WebApplication gateway) => gateway.Services.GetRequiredService<SigningPolicies>();
}
