using System.Net;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;

namespace KmsGateway.Proxy.Tests.Startup;

public sealed class GatewayConfigurationTests
{
    // Each source overrides one more tenant of the weaker ones: which are there tells the order.
    [Fact]
    public async Task Start_FromEverySource_TheStrongerOneWinsAndTheReadyLineTellsThePorts()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["config"]);
        await WriteAsync(folder, "kmsgateway.json", """{ "Tenancy": { "Tenants": ["base", "base-1", "base-2", "base-3"] } }""");
        await WriteAsync(
            folder, "kmsgateway.Development.json",
            """{ "Tenancy": { "Tenants": { "1": "file", "2": "file-2", "3": "file-3" } } }""");

        var settings = TestGateway.Defaults(folder).Where(setting => !setting.Contains("Tenants", StringComparison.Ordinal));
        using var program = GatewayProgram.Start(
            folder,
            [.. settings, "--EmbeddedSink:Enabled=true", "--Tenancy:Tenants:3=line"],
            ("KMSGATEWAY__Tenancy__Tenants__2", "environment"),
            ("KMSGATEWAY__Tenancy__Tenants__3", "environment-3"));
        try
        {
            var ready = await GatewayProgram.ReadyLineAsync(program);
            Assert.Matches(
                @"^KmsGateway ready: OTLP/gRPC http://127\.0\.0\.1:[1-9]\d*, OTLP/HTTP http://127\.0\.0\.1:[1-9]\d*, "
                + @"management http://127\.0\.0\.1:[1-9]\d*$",
                ready);

            using var management = new HttpClient { BaseAddress = new Uri(ready[ready.LastIndexOf("http", StringComparison.Ordinal)..]) };
            foreach (var tenant in (string[])["base", "file", "environment", "line"])
            {
                using var keys = await management.GetAsync($"/.well-known/jwks/{tenant}.json", TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.OK, keys.StatusCode);
            }
        }
        finally
        {
            program.Kill();
            await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static Task WriteAsync(TemporaryFolder folder, string name, string json) =>
        File.WriteAllTextAsync(folder["config", name], json, TestContext.Current.CancellationToken);
}
