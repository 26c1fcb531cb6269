using KmsGateway.Proxy.Tenancy.Credentials;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Tenancy;

internal static class TenancyRegistration
{
    public static void AddTenancy(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<TenancyOptions>, TenancyOptionsValidator>();
        services.AddOptions<TenancyOptions>().BindConfiguration(TenancyOptions.Section).ValidateOnStart();
        if (builder.Configuration.GetSection("Tenancy:Jwt").Exists())
        {
            services.AddSingleton<IConfigureOptions<JwtBearerOptions>, JwtBearerSetup>();
            services.AddAuthentication().AddJwtBearer();
        }

        services.AddSingleton<ICredentialCheck, CertificateCheck>();
        services.AddSingleton<ICredentialCheck, JwtCheck>();
        services.AddSingleton<ICredentialCheck, ApiKeyCheck>();
        services.AddSingleton<CallerResolver>();
    }
}
