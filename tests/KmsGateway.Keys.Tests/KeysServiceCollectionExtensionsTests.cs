using KmsGateway.Cryptography;
using KmsGateway.Keys.Probing;
using KmsGateway.Keys.Tests.Support;
using KmsGateway.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Tests;

public sealed class KeysServiceCollectionExtensionsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task StartAsync_Host_HasKeysTrustFileAndProbe()
    {
        using var gateway = new Gateway(_folder, Gateway.NewTime(), ["acme"]);

        await gateway.StartAsync();

        Assert.Equal(KeyFailure.None, (await gateway.GetAsync("acme")).Failure);
        Assert.Single(TrustFile.Parse(gateway.Trust.TrustFileJson).Chain.Keys);
        await gateway.Log.WaitForAsync(1030);
        Assert.Equal(ProbeState.Up, gateway.Probe.Current.State);
        Assert.True(File.Exists(_folder.File("kms", "master.key")));
        await gateway.StopAsync();
    }

    [Fact]
    public async Task StartAsync_TimePasses_ActiveKeysStayFresh()
    {
        using var gateway = new Gateway(_folder, Gateway.NewTime(), ["acme"]);
        await gateway.StartAsync();
        gateway.Tamper("UPDATE tenant_key SET kid = 'another'");

        // The background refresh is what notices. Steps, because its timer may not run yet when the first one is made.
        await Poll.UntilAsync(
            () =>
            {
                gateway.Time.Advance(TimeSpan.FromSeconds(1));
                return gateway.ActiveKeys.Find("acme", out _, out _) == KeyFailure.Denied;
            },
            () => gateway.Log.Text);

        await gateway.StopAsync();
    }

    [Theory]
    [InlineData("Kms:Provider", null, "Kms:Provider is not set")]
    [InlineData("Kms:Provider", "aws", "Kms:Region is missing. Set the Region of Kms:KeyId")]
    [InlineData("Kms:Provider", "aws", "Kms:KeyId is missing. Set the ARN of the symmetric KMS key")]
    [InlineData("Kms:Provider", "Local", "Kms:Provider is 'Local', which is not known. Set it to one of: 'aws', 'local'.")]
    [InlineData("Kms:CallerWait", "00:02:00", "Kms:CallerWait is 00:02:00")]
    [InlineData("KeyStore:Provider", "mysql", "KeyStore:Provider is 'mysql', which is not known. Set it to one of: 'sqlite', 'postgres'.")]
    [InlineData("KeyStore:ConnectionString", "Data Source=:memory:", "KeyStore:ConnectionString names no database file")]
    [InlineData("KeyStore:ConnectionString", "Host=db", "KeyStore:ConnectionString is not one of SQLite")]
    [InlineData("Signing:Algorithm", "es256", "Signing:Algorithm is 'es256', which is not known. Set it to one of: 'EdDSA', 'ES256'.")]
    [InlineData("Signing:Algorithm", "", "Signing:Algorithm is '', which is not known")]
    [InlineData("Cache:SigningKeys", "0", "Cache:SigningKeys is 0")]
    [InlineData("Cache:SigningKeyLifetime", "00:00:01", "Cache:SigningKeyLifetime is 00:00:01")]
    [InlineData("Tenancy:Tenants:1", "a/b", "Tenancy:Tenants:1 is 'a/b'")]
    [InlineData("Tenancy:Tenants:1", "acme", "Tenancy:Tenants:1 is 'acme', which the list names already")]
    public async Task StartAsync_WrongSetting_SaysWhichAndWhatToSet(string name, string? value, string message)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync(Environments.Development, new() { [name] = value }));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public async Task StartAsync_LocalProviderOutsideDevelopment_IsRefused(string environment)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(environment, []));

        Assert.Contains("Kms:Provider is 'local', which is for Development only", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"'{environment}'", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private async Task StartAsync(string environment, Dictionary<string, string?> settings)
    {
        using var gateway = new Gateway(_folder, Gateway.NewTime(), ["acme"], environment, settings);
        await gateway.StartAsync();
    }
}
