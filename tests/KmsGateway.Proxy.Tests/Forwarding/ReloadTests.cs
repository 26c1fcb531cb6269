using System.Net;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace KmsGateway.Proxy.Tests.Forwarding;

public sealed class ReloadTests
{
    private const int NotUsed = 4024;
    private const string HttpAddress = "ReverseProxy:Clusters:otlp-http:Destinations:first:Address";

    [Fact]
    public async Task Reload_AnotherUpstream_IsUsed()
    {
        await using var first = await Answering(201);
        await using var second = await Answering(202);
        var changes = new ConfigChanges();
        await using var gateway = await StartAsync(first, changes);

        Assert.Equal(HttpStatusCode.Created, await PostAsync(gateway, "/v1/logs"));
        ConfigurationChange.Apply(gateway, (HttpAddress, second.Http.ToString()));

        Assert.Null(await changes.NextAsync());
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(gateway, "/v1/logs"));
    }

    [Theory]
    [InlineData("ReverseProxy:Routes:all:Match:Path", "/{**all}")]
    [InlineData("ReverseProxy:Clusters:other:Destinations:first:Address", "http://127.0.0.1:1")]
    public async Task Reload_WhatWouldOpenTheAllowList_IsRefusedAndTheOldOneStays(string key, string value)
    {
        await using var upstream = await Answering(201);
        var changes = new ConfigChanges();
        var log = new LogCapture();
        await using var gateway = await StartAsync(upstream, changes, log);

        ConfigurationChange.Apply(gateway, (key, value));

        Assert.NotNull(await changes.NextAsync());
        await log.WaitForAsync(NotUsed);
        var line = Assert.Single(log.Lines, line => line.Contains("The changed upstreams are not used", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, await PostAsync(gateway, "/v1/logs"));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(gateway, "/anything"));
    }

    private static async Task<TestGateway> StartAsync(FakeUpstream upstream, ConfigChanges changes, LogCapture? log = null)
    {
        var gateway = await TestGateway.StartAsync(builder =>
        {
            builder.Services.AddSingleton<IConfigChangeListener>(changes);
            builder.Logging.AddProvider(log ?? new LogCapture());
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
            {
                ["ReverseProxy:Clusters:otlp-grpc:Destinations:first:Address"] = upstream.Grpc.ToString(),
                [HttpAddress] = upstream.Http.ToString(),
            });
        }, "--Logging:LogLevel:Default=Error");
        Assert.Null(await changes.NextAsync());
        return gateway;
    }

    private static Task<FakeUpstream> Answering(int status) => FakeUpstream.StartAsync(context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    private static async Task<HttpStatusCode> PostAsync(TestGateway gateway, string path)
    {
        using var content = new StringContent("{}", mediaType: new("application/json"));
        using var answer = await gateway.Http.PostAsync(path, content, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
