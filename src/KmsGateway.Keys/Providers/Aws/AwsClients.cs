using Amazon;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Options;

namespace KmsGateway.Keys.Providers.Aws;

/// <summary>Clients as this program wants them: one attempt per call, times of its own, credentials by the SDK's default chain.</summary>
internal static class AwsClients
{
    // Above the time of an attempt, which ends it: this one is for what the token does not reach.
    private static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(8);

    public static IReadOnlyList<AwsRegion> Create(KmsOptions options, ClockSkew skew, TimeProvider time) =>
        [.. options.Regions().Select(region => Create(ConfigOf(region, skew, time), region, options.CreatorProfile))];

    public static AmazonKeyManagementServiceConfig ConfigOf(AwsRegionOptions options, ClockSkew skew, TimeProvider time)
    {
        var config = new AmazonKeyManagementServiceConfig
        {
            MaxErrorRetry = 0,

            // These are counted apart: a reset was ten more calls.
            MaxStaleConnectionRetries = 0,
            HttpClientFactory = new PooledHttpClients(skew, time),
            RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region),
        };
        if (options.Endpoint.Length > 0)
        {
            config.ServiceURL = options.Endpoint;
            config.AuthenticationRegion = options.Region;
        }

        return config;
    }

    private static AwsRegion Create(AmazonKeyManagementServiceConfig config, AwsRegionOptions options, string creatorProfile)
    {
        var user = new AmazonKeyManagementServiceClient(config);
        var creator = creatorProfile.Length == 0
            ? user
            : new AmazonKeyManagementServiceClient(CredentialsOf(creatorProfile), config);
        return new AwsRegion(options.Region, options.KeyId, options.RootKeyId, user, creator);
    }

    private static AWSCredentials CredentialsOf(string profile) =>
        new CredentialProfileStoreChain().TryGetAWSCredentials(profile, out var credentials)
            ? credentials
            : throw new KeyStartException(
                $"Kms:CreatorProfile is '{profile}', which is in none of the shared AWS configuration files (AWS_CONFIG_FILE, "
                + "AWS_SHARED_CREDENTIALS_FILE). Add the profile there, or leave the setting out to make keys with the gateway's own credentials.");

    private sealed class PooledHttpClients(ClockSkew skew, TimeProvider time) : HttpClientFactory
    {
        // Kept warm: a handshake costs more than the call. Renewed, so that they follow DNS.
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new DateReader(
            new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromSeconds(3),
                PooledConnectionLifetime = TimeSpan.FromMinutes(10),
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            },
            skew,
            time))
        {
            // The SDK's own timeout is not for clients that others make.
            Timeout = ClientTimeout,
        };

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => true;
    }
}
