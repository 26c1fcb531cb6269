using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>Changes settings of a running gateway as an edited file does.</summary>
internal static class ConfigurationChange
{
    /// <remarks>They stay only where a source in memory keeps them: the others are read again.</remarks>
    public static void Apply(TestGateway gateway, params (string Key, string Value)[] settings)
    {
        var configuration = (IConfigurationRoot)gateway.Services.GetRequiredService<IConfiguration>();
        foreach (var (key, value) in settings)
        {
            configuration[key] = value;
        }

        try
        {
            configuration.Reload();
        }
        catch (AggregateException invalid) when (invalid.InnerExceptions.All(inner => inner is OptionsValidationException or InvalidOperationException))
        {
            // Monitors of options throw into whoever reloads; where that is a watched file, nobody hears it.
        }
    }
}
