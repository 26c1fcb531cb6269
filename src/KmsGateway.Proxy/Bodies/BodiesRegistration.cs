using KmsGateway.Proxy.Telemetry;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Bodies;

internal static class BodiesRegistration
{
    public static void AddBodies(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<LimitsOptions>, LimitsOptionsValidator>();
        services.AddSingleton<IValidateOptions<LimitsOptions>, BudgetValidator>();
        services.AddOptions<LimitsOptions>().BindConfiguration("Limits").ValidateOnStart();
        services.AddSingleton<IValidateOptions<BodyForwardingOptions>, BodyForwardingOptionsValidator>();
        services.AddOptions<BodyForwardingOptions>().BindConfiguration(BodyForwardingOptions.Section).ValidateOnStart();
        services.AddSingleton(provider => Admission.Create(
            provider.GetRequiredService<IOptions<LimitsOptions>>().Value, provider.GetRequiredService<GatewayMetrics>()));
        services.AddSingleton<RequestBodyReader>();
    }
}
