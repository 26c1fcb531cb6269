namespace KmsGateway.Proxy.Tenancy;

internal static class TenancyRegistration
{
    public static void AddTenancy(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<TenancyOptions>().BindConfiguration(TenancyOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<CallerResolver>();
    }
}
