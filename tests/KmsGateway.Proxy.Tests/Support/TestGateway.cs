using KmsGateway.Proxy.Listeners;
using KmsGateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>The real gateway, in this process, on free ports, with its data in a folder of its own.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly WebApplication _gateway;
    private readonly TemporaryFolder _folder;
    private bool _isStopped;

    private TestGateway(WebApplication gateway, TemporaryFolder folder)
    {
        _gateway = gateway;
        _folder = folder;
        Http = new HttpClient { BaseAddress = Address(GatewayListener.OtlpHttp), Timeout = TestTime.Limit };
        Management = new HttpClient { BaseAddress = Address(GatewayListener.Management), Timeout = TestTime.Limit };
        Grpc = new GrpcSender(Address(GatewayListener.OtlpGrpc));
    }

    public HttpClient Http { get; }

    public HttpClient Management { get; }

    public GrpcSender Grpc { get; }

    public IServiceProvider Services => _gateway.Services;

    public string KeyStoreFile => _folder["kmsgateway.db"];

    public string TracesFile => _folder["sink", "traces.jsonl"];

    /// <summary>In front of an upstream.</summary>
    public static Task<TestGateway> StartAsync(FakeUpstream upstream, params string[] settings) =>
        StartAsync([.. Upstreams(upstream.Grpc, upstream.Http), .. settings]);

    /// <summary>In front of whatever the settings say.</summary>
    public static Task<TestGateway> StartAsync(params string[] settings) => StartAsync(static _ => { }, settings);

    /// <summary>With services or configuration of the test's own.</summary>
    public static async Task<TestGateway> StartAsync(Action<WebApplicationBuilder> configure, params string[] settings)
    {
        var folder = new TemporaryFolder();
        var gateway = GatewayApplication.Create([.. Defaults(folder), .. settings], builder =>
        {
            WithoutFiles(builder);
            configure(builder);
        });
        await gateway.StartAsync(TestContext.Current.CancellationToken);
        return new TestGateway(gateway, folder);
    }

    /// <summary>How long a body may take is told by the test's clock alone: neither by the machine's speed nor by the server beneath.</summary>
    public static void WithClock(WebApplicationBuilder builder, TimeProvider time)
    {
        builder.Services.AddSingleton(time);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinRequestBodyDataRate = null);
    }

    public static Task<TestGateway> StartWithSinkAsync() => StartAsync("--EmbeddedSink:Enabled=true");

    /// <remarks>A collector of a test may hold its answer as long as the test takes, and a busy machine all of them.</remarks>
    public static string[] Upstreams(Uri grpc, Uri http) =>
    [
        $"--ReverseProxy:Clusters:otlp-grpc:HttpRequest:ActivityTimeout={TestTime.Limit:c}",
        $"--ReverseProxy:Clusters:otlp-http:HttpRequest:ActivityTimeout={TestTime.Limit:c}",
        $"--ReverseProxy:Clusters:otlp-grpc:Destinations:first:Address={grpc}",
        $"--ReverseProxy:Clusters:otlp-http:Destinations:first:Address={http}",
    ];

    public static string[] Defaults(TemporaryFolder folder) =>
    [
        "--environment=Development",
        "--Kestrel:Endpoints:OtlpGrpc:Url=http://127.0.0.1:0",
        "--Kestrel:Endpoints:OtlpHttp:Url=http://127.0.0.1:0",
        "--Kestrel:Endpoints:Management:Url=http://127.0.0.1:0",
        "--Kms:Provider=local",
        "--Tenancy:Tenants:0=default",
        "--Logging:LogLevel:Default=None",
        $"--DataDirectory={folder.Path}",
    ];

    /// <summary>It serves when it has started; that it is ready is found out behind that, with the first probe of the KMS.</summary>
    public Task WaitUntilReadyAsync() => Poll.UntilAsync(async () =>
    {
        using var ready = await Management.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        return ready.IsSuccessStatusCode;
    });

    public Uri Address(GatewayListener listener) => new(_gateway.Services.GetRequiredService<BoundListeners>().Address(listener));

    public Task StopAsync()
    {
        _isStopped = true;
        return _gateway.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Management.Dispose();
        Grpc.Dispose();
        if (!_isStopped)
        {
            await StopAsync();
        }

        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    // A test does not depend on the folder it is started in.
    private static void WithoutFiles(WebApplicationBuilder builder)
    {
        foreach (var file in builder.Configuration.Sources.OfType<JsonConfigurationSource>().ToList())
        {
            builder.Configuration.Sources.Remove(file);
        }
    }
}
