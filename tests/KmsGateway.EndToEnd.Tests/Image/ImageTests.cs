using System.Text.Json.Nodes;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Image;

/// <summary>The image, of the Dockerfile as it stands but for its base: built, and run as the strictest of clusters would.</summary>
public sealed class ImageTests(BuiltImage image) : IClassFixture<BuiltImage>
{
    private static readonly Dictionary<string, string> Development = new()
    {
        ["DOTNET_ENVIRONMENT"] = "Development",
        ["KMSGATEWAY__Kms__Provider"] = "local",
        ["KMSGATEWAY__EmbeddedSink__Enabled"] = "true",
        ["KMSGATEWAY__Tenancy__Tenants__0"] = "default",
    };

    [Fact]
    public async Task Image_Built_SaysHowItIsToBeRun()
    {
        var configuration = await image.ConfigurationAsync();

        Assert.Equal("1654", configuration["User"]!.GetValue<string>());
        Assert.Equal(["4317/tcp", "4318/tcp", "8080/tcp"], Names(configuration["ExposedPorts"]));
        Assert.Equal(["/var/lib/kmsgateway"], Names(configuration["Volumes"]));
        Assert.Equal(["dotnet", "/app/KmsGateway.Proxy.dll"], Texts(configuration["Entrypoint"]));
        Assert.Equal(["CMD", "/app/kmsgw", "healthcheck"], Texts(configuration["Healthcheck"]!["Test"]));
        Assert.Superset(
            new HashSet<string> { "DOTNET_ENVIRONMENT=Production", "DOTNET_EnableDiagnostics=0", "KMSGATEWAY__DataDirectory=/var/lib/kmsgateway" },
            Texts(configuration["Env"]).ToHashSet());
    }

    [Fact]
    public async Task Container_WithoutPrivilegesOnAReadOnlyRoot_SignsAndIsUnhealthyWithoutItsKms()
    {
        var configuration = await image.ConfigurationAsync();
        string[] healthcheck = [.. Texts(configuration["Healthcheck"]!["Test"]).Skip(1)];
        await using var container = await image.StartAsync(Development);

        await container.WaitForOutputAsync("is up, it was");
        await HealthAsync(container, healthcheck, exitCode: 0);
        foreach (var protocol in new[] { "grpc", "http-protobuf", "http-json" })
        {
            (await container.RunAsync("/app/kmsgw", "send", "--protocol", protocol)).ExitedWith(0);
        }

        var verified = await container.RunAsync(
            "/app/kmsgw", "verify", "/var/lib/kmsgateway/sink/traces.jsonl", "--trust", "http://localhost:8080/.well-known/jwks.json");
        Assert.Contains("RESULT: verified - 3 spans verified", verified.ExitedWith(0).Output, StringComparison.Ordinal);

        var status = await File.ReadAllLinesAsync($"/proc/{container.ProcessId}/status", TestContext.Current.CancellationToken);
        Assert.Contains("Uid:\t1654\t1654\t1654\t1654", status);
        Assert.Contains("CapEff:\t0000000000000000", status);
        Assert.Throws<IOException>(() => File.WriteAllText(container.Root + "/app/config/kmsgateway.Production.json", "{}"));
        Assert.Empty(Directory.GetFileSystemEntries(container.Root + "/tmp"));

        File.Delete(Path.Combine(container.Volume, "kms", "master.key"));
        await container.WaitForOutputAsync("is down, it was");
        await HealthAsync(container, healthcheck, exitCode: 1, "error=unavailable");
        await HealthAsync(container, [.. healthcheck, "--serving"], exitCode: 0);
        Assert.Equal(0, await container.StopAsync());
    }

    [Fact]
    public async Task Container_AsItShips_DoesNotStartWithoutItsSettings()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => image.StartAsync(new Dictionary<string, string>()));

        Assert.Contains("this is Production: set Tenancy:ApiKeys", refused.Message, StringComparison.Ordinal);
    }

    // On a busy machine an answer may come too late for one check. An orchestrator asks again, too.
    private static async Task HealthAsync(ImageContainer container, string[] healthcheck, int exitCode, string says = "")
    {
        ProgramResult? health = null;
        await Poll.UntilAsync(
            async () =>
            {
                health = await container.RunAsync(healthcheck);
                return health.ExitCode == exitCode && health.Output.Contains(says, StringComparison.Ordinal);
            },
            () => $"{health}");
    }

    private static IEnumerable<string> Names(JsonNode? members) =>
        members!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Texts(JsonNode? array) => array!.AsArray().Select(text => text!.GetValue<string>());
}
