using Amazon.KeyManagementService;
using Amazon.Runtime;
using KmsGateway.FakeKms;
using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Providers.Aws;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace KmsGateway.Keys.Tests.Support;

/// <summary>The fake KMS on a port of its own, and the real SDK's client for it.</summary>
internal sealed class FakeKmsServer : IAsyncDisposable
{
    private readonly WebApplication _server;

    private FakeKmsServer(WebApplication server)
    {
        _server = server;
        Options = new KmsOptions { Provider = KmsOptions.AwsProvider, Region = "eu-central-1", KeyId = KeyRing.Alias, RootKeyId = KeyRing.RootAlias, Endpoint = Address };
        Client = new AmazonKeyManagementServiceClient(new BasicAWSCredentials("AKIDEXAMPLE", "secret"), AwsClients.ConfigOf(Options.Regions()[0], Skew, TimeProvider.System));
        Provider = new AwsKmsProvider(
            [new AwsRegion(Options.Region, Options.KeyId, Options.RootKeyId, Client, Client)], keyPairsLocally: false);
    }

    public KmsOptions Options { get; }

    public ClockSkew Skew { get; } = new();

    public AmazonKeyManagementServiceClient Client { get; }

    public AwsKmsProvider Provider { get; }

    public FakeClock Clock => _server.Services.GetRequiredService<FakeClock>();

    public Permissions Permissions => _server.Services.GetRequiredService<Permissions>();

    public KeyRing Keys => _server.Services.GetRequiredService<KeyRing>();

    public FaultPlan Faults => _server.Services.GetRequiredService<FaultPlan>();

    public CallCounter Calls => _server.Services.GetRequiredService<CallCounter>();

    private string Address => _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<FakeKmsServer> StartAsync()
    {
        var server = FakeKmsApplication.Create(["--environment", "Development", "--urls", "http://127.0.0.1:0"]);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return new FakeKmsServer(server);
    }

    /// <summary>Another provider for it, with keys and roles of its own.</summary>
    public AwsKmsProvider NewProvider(
        string keyId, bool keyPairsLocally = false, string creator = "AKIDEXAMPLE", string rootKeyId = KeyRing.RootAlias, params string[] regions) =>
        new(
            [
                .. regions.Select(region => new AwsRegion(
                    region, keyId, rootKeyId, NewClient(region, "AKIDEXAMPLE"), NewClient(region, creator))),
            ],
            keyPairsLocally);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();

        // Calls that hang must not hold up the end of a test.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _server.StopAsync(now.Token);
        await _server.DisposeAsync();
    }

    private AmazonKeyManagementServiceClient NewClient(string region, string accessKey) => new(
        new BasicAWSCredentials(accessKey, "secret"),
        AwsClients.ConfigOf(new AwsRegionOptions { Region = region, Endpoint = Address }, Skew, TimeProvider.System));
}
