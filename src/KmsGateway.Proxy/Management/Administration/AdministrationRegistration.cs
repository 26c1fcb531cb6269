using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Management.Administration;

internal static class AdministrationRegistration
{
    public static void AddAdministration(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<AdminOptions>, AdminOptionsValidator>();
        services.AddOptions<AdminOptions>().BindConfiguration(AdminOptions.Section).ValidateOnStart();
        services.AddSingleton<AdminAccess>();
        services.AddSingleton<IdempotencyKeys>();
        services.AddSingleton<AdminApi>();
        services.AddSingleton<KeyEndpoints>();
        services.AddSingleton<TenantEndpoints>();
        services.AddSingleton<KmsEndpoints>();
        services.AddSingleton<EnforcementEndpoints>();
        services.AddSingleton<AuditEndpoints>();
        services.AddSingleton<ValueDecryption>();
        services.AddSingleton<DecryptionBudget>();
        services.AddSingleton<DecryptEndpoints>();
    }

    public static void MapAdministration(this IEndpointRouteBuilder management)
    {
        var services = management.ServiceProvider;
        var admin = management.MapGroup(AdminApi.Root);
        services.GetRequiredService<KeyEndpoints>().Map(admin);
        services.GetRequiredService<TenantEndpoints>().Map(admin);
        services.GetRequiredService<KmsEndpoints>().Map(admin);
        services.GetRequiredService<EnforcementEndpoints>().Map(admin);
        services.GetRequiredService<AuditEndpoints>().Map(admin);
        services.GetRequiredService<DecryptEndpoints>().Map(admin);
    }
}
