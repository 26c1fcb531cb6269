using System.Buffers.Text;
using System.Text;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Administration;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Tests.Support;

namespace KmsGateway.Keys.Tests;

public sealed class SecrecyTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Gateway.Algorithms), MemberType = typeof(Gateway))]
    public async Task Everything_AfterUseAndFailure_HoldsNoSecret(string algorithm)
    {
        var written = new List<byte[]>();
        var secrets = new List<byte[]>();
        using (var gateway = await Gateway.PrepareAsync(
            _folder, ["acme", "globex"], encrypts: _ => true, algorithm: algorithm))
        {
            await gateway.KidAsync("acme");
            var seed = (await gateway.GetSeedAsync("acme")).Lease!;
            await gateway.Probe.ProbeAsync(Token);
            gateway.Tamper(
                """
                UPDATE key_wrap SET blob = (SELECT blob FROM key_wrap JOIN tenant_key ON key_id = id WHERE tenant_id = 'acme' AND purpose = 'signing')
                """);
            await gateway.GetAsync("globex");
            Assert.Equal(KeyFailure.Denied, (await gateway.GetSeedAsync("globex")).Failure);
            var texts = $"{seed} {seed.Seed}";
            seed.Dispose();
            await gateway.Get<KeyAdministration>().ShredAsync(await gateway.RotateSeedAsync("acme"), "test", "test", Token);
            await gateway.GetAsync("acme");
            using var lease = (await gateway.GetAsync("acme")).Lease!;
            written.AddRange(await FilesAsync());
            written.Add(Encoding.UTF8.GetBytes($"{gateway.Log.Text} {lease} {lease.Key} {lease.TrustedKey} {texts}"));
            written.Add(gateway.Trust.TrustFileJson.ToArray());
            written.Add(await gateway.Get<KeyAdministration>().ExportAsync(Token));
            secrets.AddRange(gateway.Kms.Secrets);
        }

        written.AddRange(await FilesAsync());
        secrets.Add(await File.ReadAllBytesAsync(_folder.File("kms", "master.key"), Token));

        // Root, keys and seeds of two tenants (self-tests and use) and the canary at least.
        Assert.InRange(secrets.Count, 8, int.MaxValue);
        Assert.All(written, bytes => Assert.All(secrets, secret => AssertAbsent(bytes, secret)));
    }

    [Fact]
    public async Task UnwrapAsync_Refused_ExceptionHoldsNoWrap()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var context = EncryptionContext.ForSigningKey(gateway.Store.Id, "acme", SigningAlgorithm.EdDsa, Guid.NewGuid());
        var wrap = await gateway.Kms.GenerateSeedAsync(context, Token);

        var exception = await Assert.ThrowsAsync<KmsException>(
            () => gateway.Kms.UnwrapAsync(wrap, EncryptionContext.ForCanary(gateway.Store.Id, context.Id), Token));

        AssertAbsent(Encoding.UTF8.GetBytes(exception.ToString()), wrap.Blob);
        Assert.DoesNotContain(_folder.Path, exception.Message, StringComparison.Ordinal);
    }

    private static void AssertAbsent(ReadOnlySpan<byte> bytes, byte[] secret)
    {
        Assert.Equal(-1, bytes.IndexOf(secret));
        Assert.Equal(-1, bytes.IndexOf(Encoding.ASCII.GetBytes(Convert.ToHexString(secret))));
        Assert.Equal(-1, bytes.IndexOf(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret))));
        Assert.Equal(-1, bytes.IndexOf(Encoding.ASCII.GetBytes(Convert.ToBase64String(secret))));
        Assert.Equal(-1, bytes.IndexOf(Encoding.ASCII.GetBytes(Base64Url.EncodeToString(secret))));
    }

    private async Task<List<byte[]>> FilesAsync()
    {
        var files = new List<byte[]>();
        foreach (var path in Directory.GetFiles(_folder.Path, "kmsgateway.db*"))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[file.Length];
            await file.ReadExactlyAsync(bytes, Token);
            files.Add(bytes);
        }

        return files;
    }
}
