using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Management.Administration;

internal static class AdministrationRegistration
{
    public static void AddAdministration(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<AdminOptions>, AdminOptionsValidator>();
        services.AddOptions<AdminOptions>().BindConfiguration(AdminOptions.Section).ValidateOnStart();
        services.AddSingleton<AdminAccess>();
        services.AddSingleton<AdminEndpoints>();
    }

    public static void MapAdministration(this IEndpointRouteBuilder management) =>
        management.ServiceProvider.GetRequiredService<AdminEndpoints>().Map(management);
}
