using Amazon;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using KmsGateway.Keys.Options;

namespace KmsGateway.Keys.Providers.Aws;

/// <summary>Clients as this program wants them: one attempt per call, times of its own, credentials by the SDK's default chain.</summary>
internal static class AwsClients
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(5);

    public static AmazonKeyManagementServiceClient Create(KmsOptions options) => new(ConfigOf(options));

    public static AmazonKeyManagementServiceConfig ConfigOf(KmsOptions options)
    {
        var config = new AmazonKeyManagementServiceConfig
        {
            MaxErrorRetry = 0,

            // These are counted apart: a reset was ten more calls.
            MaxStaleConnectionRetries = 0,
            HttpClientFactory = new PooledHttpClients(),
            RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region),
        };
        if (options.Endpoint.Length > 0)
        {
            config.ServiceURL = options.Endpoint;
            config.AuthenticationRegion = options.Region;
        }

        return config;
    }

    private sealed class PooledHttpClients : HttpClientFactory
    {
        // Kept warm: a handshake costs more than the call. Renewed, so that they follow DNS.
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(3),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        })
        {
            // The SDK's own timeout is not for clients that others make.
            Timeout = AttemptTimeout,
        };

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => true;
    }
}
