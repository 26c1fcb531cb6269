using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Probing;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Rotation;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Trust;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Administration;

internal static class AdministrationRegistration
{
    public static void AddKeyAdministration(this IServiceCollection services)
    {
        services.AddSingleton<KeyRevoker>();
        services.AddSingleton<KeyShredder>();
        services.AddSingleton(provider => new AuditTrail(provider.GetRequiredService<IKeyStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<KmsValidator>();
        services.AddSingleton<Operations>();
        services.AddSingleton(provider => new KmsAdministration(
            provider.GetRequiredService<IOptions<RotationOptions>>(),
            provider.GetRequiredService<ResilientKms>(),
            provider.GetRequiredService<KmsProbe>(),
            provider.GetRequiredService<ActiveKeys>(),
            provider.GetRequiredService<TenantKeys>(),
            provider.GetRequiredService<KeyCache<CachedSigningKey>>(),
            provider.GetRequiredService<KeyRotation>(),
            provider.GetRequiredService<RotationSchedule>(),
            provider.GetRequiredService<TrustRoot>(),
            provider.GetRequiredService<ClockSkew>(),
            provider.GetRequiredService<KmsValidator>(),
            provider.GetRequiredService<Operations>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new KeyAdministration(
            provider.GetRequiredService<IOptions<RotationOptions>>(),
            provider.GetRequiredService<IKeyStore>(),
            provider.GetRequiredService<ActiveKeys>(),
            provider.GetRequiredService<TrustLog>(),
            provider.GetRequiredService<TrustRoot>(),
            provider.GetRequiredService<TrustRenewal>(),
            provider.GetRequiredService<KeyRotation>(),
            provider.GetRequiredService<RotationSchedule>(),
            provider.GetRequiredService<KeyRevoker>(),
            provider.GetRequiredService<KeyShredder>(),
            provider.GetRequiredService<EncryptingTenants>(),
            provider.GetRequiredService<TimeProvider>()));
    }
}
