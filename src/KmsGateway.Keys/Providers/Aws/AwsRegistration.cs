using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Providers.Aws;

internal static class AwsRegistration
{
    public static void AddAwsKms(this IServiceCollection services) =>
        services.TryAddSingleton<IKmsProvider>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<KmsOptions>>().Value;
            return new AwsKmsProvider(AwsClients.Create(options, provider.GetRequiredService<ClockSkew>(), provider.GetRequiredService<TimeProvider>()), options.KeyPairs == KmsOptions.KeyPairsLocally);
        });
}
