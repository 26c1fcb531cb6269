using Amazon.KeyManagementService;
using KmsGateway.Keys.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Providers.Aws;

internal static class AwsRegistration
{
    public static void AddAwsKms(this IServiceCollection services)
    {
        services.TryAddSingleton<IAmazonKeyManagementService>(provider =>
            AwsClients.Create(provider.GetRequiredService<IOptions<KmsOptions>>().Value));
        services.TryAddSingleton<IKmsProvider, AwsKmsProvider>();
    }
}
