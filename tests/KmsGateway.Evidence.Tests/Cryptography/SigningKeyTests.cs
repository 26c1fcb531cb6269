using System.Text;
using KmsGateway.Cryptography;
using Xunit;

namespace KmsGateway.Evidence.Tests.Cryptography;

/// <summary>What keys of both algorithms have in common.</summary>
public sealed class SigningKeyTests
{
    private const int Threads = 8;
    private const int SignaturesOfAThread = 200;

    public static TheoryData<string> Algorithms => [.. SigningAlgorithm.All];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Generate_Secret_ImportsToTheSameKey(string algorithm)
    {
        var secret = new byte[SigningKey.SecretSize];
        using var made = SigningKey.Generate(algorithm, secret);
        using var imported = SigningKey.Import(algorithm, secret);

        Assert.Equal(algorithm, imported.Algorithm);
        Assert.Equal(made.Kid, imported.Kid);
        Assert.True(made.PublicKey.Verify("message"u8, imported.Sign("message"u8)));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Generate_Twice_GivesTwoKeys(string algorithm)
    {
        using var first = SigningKey.Generate(algorithm, new byte[SigningKey.SecretSize]);
        using var second = SigningKey.Generate(algorithm, new byte[SigningKey.SecretSize]);

        Assert.NotEqual(first.Kid, second.Kid);
        Assert.False(first.PublicKey.Verify("message"u8, second.Sign("message"u8)));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Sign_ManyThreadsAtOnce_EverySignatureVerifies(string algorithm)
    {
        using var key = SigningKey.Generate(algorithm, new byte[SigningKey.SecretSize]);
        var together = new Barrier(Threads);
        var failed = 0;

        var threads = Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
        {
            together.SignalAndWait();
            for (var i = 0; i < SignaturesOfAThread; i++)
            {
                var data = Encoding.UTF8.GetBytes($"{thread} {i}");
                if (!key.PublicKey.Verify(data, key.Sign(data)))
                {
                    Interlocked.Increment(ref failed);
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(0, failed);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Sign_AfterDispose_Throws(string algorithm)
    {
        var key = SigningKey.Generate(algorithm, new byte[SigningKey.SecretSize]);
        key.Dispose();
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.Sign("message"u8));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void ToString_OfASigningKey_ShowsOnlyItsKid(string algorithm)
    {
        using var key = SigningKey.Generate(algorithm, new byte[SigningKey.SecretSize]);

        Assert.Equal($"SigningKey({key.Kid})", key.ToString());
        Assert.Equal(key.Kid, key.PublicKey.ToString());
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Sign_IntoABuffer_AllocatesLittle(string algorithm)
    {
        using var key = SigningKey.Generate(algorithm, new byte[SigningKey.SecretSize]);
        var data = new byte[600];
        var signature = new byte[VerificationKey.SignatureSize];
        key.Sign(data, signature);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            key.Sign(data, signature);
        }

        // The platform's handles for one OpenSSL operation; libsodium takes nothing.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 400);
    }
}
