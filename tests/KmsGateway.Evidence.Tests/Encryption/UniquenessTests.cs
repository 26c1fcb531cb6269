using System.Security.Cryptography;
using KmsGateway.Benchmarks.Uniqueness;
using KmsGateway.Cryptography;
using Xunit;

namespace KmsGateway.Evidence.Tests.Encryption;

/// <summary>The short form of what bench/results/encryption.md tells of ten million values.</summary>
public sealed class UniquenessTests
{
    private const int Processes = 2;
    private const int Threads = 4;
    private const int ValuesOfThread = 25_000;
    private const int MaxUses = 50;
    private const int ValuesOfLife = 1_000;

    [Fact]
    public async Task Encrypt_SeedOftenMadeAnew_UsesNoPairTwiceAndNoSaltTooOften()
    {
        var secret = RandomNumberGenerator.GetBytes(TenantSeed.Size);
        var check = new PairCheck(Processes * Threads * ValuesOfThread);
        var pairs = Enumerable.Range(0, Processes).Select(_ => Enumerable.Range(0, Threads).Select(_ => new MemoryStream()).ToList()).ToList();

        await Task.WhenAll(pairs.Select(streams => Task.Run(
            () =>
            {
                using var threads = new EncryptingThreads(new string('0', 32), secret, MaxUses, ValuesOfLife);
                threads.Run(streams, ValuesOfThread);
                Assert.True(threads.Lives >= Threads * 20);
            },
            TestContext.Current.CancellationToken)));

        foreach (var (process, stream) in pairs.Index().SelectMany(streams => streams.Item.Select(stream => (streams.Index, stream))))
        {
            stream.Position = 0;
            check.Add(process, stream);
        }

        Assert.Equal(Processes * Threads * ValuesOfThread, check.Values);
        Assert.Equal(0, check.Repeated());
        Assert.Equal(0, check.SharedSalts);
        Assert.Equal(MaxUses, check.MostUses);
    }

    [Fact]
    public void PairCheck_PairThatRepeatsInTwoProcesses_IsSeen()
    {
        var check = new PairCheck(count: 3);
        byte[] pair = [.. Enumerable.Repeat((byte)7, EncryptingThreads.PairSize)];
        byte[] other = [.. pair[..^1], 8];
        check.Add(0, new MemoryStream([.. pair, .. other]));
        check.Add(1, new MemoryStream(pair));

        Assert.Equal((3, 1, 1, 3L), (check.Values, check.Repeated(), check.SharedSalts, check.MostUses));
    }

    // What derives a key while the secret is zeroed would derive one that everybody knows: each value is decrypted under the seed.
    [Fact]
    public void Encrypt_SeedDisposedWhileKeysAreDerived_RefusesOrEncryptsUnderIt()
    {
        using var threads = new EncryptingThreads(
            new string('0', 32), RandomNumberGenerator.GetBytes(TenantSeed.Size), maxUses: 2, valuesOfLife: 50);

        threads.Run([.. Enumerable.Range(0, 8).Select(_ => new MemoryStream())], valuesOfThread: 5_000);

        Assert.True(threads.Lives > 100);
    }
}
