using KmsGateway.Keys.Options;
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
        services.AddSingleton(provider => new KeyAdministration(
            provider.GetRequiredService<IOptions<RotationOptions>>(),
            provider.GetRequiredService<IKeyStore>(),
            provider.GetRequiredService<ActiveKeys>(),
            provider.GetRequiredService<TrustLog>(),
            provider.GetRequiredService<TrustRoot>(),
            provider.GetRequiredService<KeyRotation>(),
            provider.GetRequiredService<KeyRevoker>(),
            provider.GetRequiredService<TimeProvider>()));
    }
}
