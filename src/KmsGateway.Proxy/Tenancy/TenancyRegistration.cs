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
            // An only scheme is everybody's, and a middleware that nobody asked for would check each token once more, on every port.
            AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", true);
            services.AddSingleton<IConfigureOptions<JwtBearerOptions>, JwtBearerSetup>();
            services.AddAuthentication().AddJwtBearer();
        }

        services.AddSingleton<ICredentialCheck, CertificateCheck>();
        services.AddSingleton<ICredentialCheck, JwtCheck>();
        services.AddSingleton<ICredentialCheck, ApiKeyCheck>();
        services.AddSingleton<CallerResolver>();
    }
}
