using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using KmsGateway.Cryptography;
using Xunit;

namespace KmsGateway.Evidence.Tests.Encryption;

public sealed class TenantSeedTests
{
    private const string Tenant = "acme";

    private static readonly string Kid = new('0', 32);

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(TenantSeed.Size);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Encrypt_KeyUsedAsOftenAsItMay_HasAnotherSaltNext(int maxUses)
    {
        using var seed = new TenantSeed(Tenant, Kid, _secret, maxUses);
        using var encryptor = seed.Take();

        var salts = Enumerable.Range(0, 4 * maxUses).Select(_ => SaltOf(encryptor)).ToList();

        Assert.All(salts.Chunk(maxUses), uses => Assert.Single(uses.Distinct()));
        Assert.Equal(4, salts.Distinct().Count());
    }

    // The longest that is encoded from a buffer, and the first that is encoded where it stands.
    [Theory]
    [InlineData(1)]
    [InlineData(4_080)]
    [InlineData(4_081)]
    [InlineData(100_000)]
    public void Encrypt_ValueOfAnyLength_DecryptsToIt(int length)
    {
        using var seed = new TenantSeed(Tenant, Kid, _secret);
        using var encryptor = seed.Take();
        using var decryptor = new ValueDecryptor(seed);
        var plaintext = RandomNumberGenerator.GetBytes(length);
        var text = new byte[EncryptedValue.LengthOf(length)];

        encryptor.Encrypt(plaintext, "place"u8, text);

        Assert.True(EncryptedValue.TryParse(text, out var value));
        var decrypted = new byte[value.PlaintextLength];
        Assert.True(decryptor.TryDecrypt(value, "place"u8, decrypted));
        Assert.Equal(plaintext, decrypted);
    }

    [Fact]
    public void Take_SeveralOfOneSeed_HaveDifferentSalts()
    {
        using var seed = new TenantSeed(Tenant, Kid, _secret);
        var encryptors = Enumerable.Range(0, 8).Select(_ => seed.Take()).ToList();

        Assert.Equal(8, encryptors.Select(SaltOf).Distinct().Count());
        encryptors.ForEach(encryptor => encryptor.Dispose());
    }

    [Fact]
    public void Take_SeedMadeAnew_HasAnotherSalt()
    {
        using var first = new TenantSeed(Tenant, Kid, _secret);
        using var second = new TenantSeed(Tenant, Kid, _secret);
        using var ofFirst = first.Take();
        using var ofSecond = second.Take();

        Assert.NotEqual(SaltOf(ofFirst), SaltOf(ofSecond));
    }

    [Fact]
    public void GiveBack_OneThatWasTaken_IsTakenNext()
    {
        using var seed = new TenantSeed(Tenant, Kid, _secret);
        var encryptor = seed.Take();
        seed.GiveBack(encryptor);

        Assert.Same(encryptor, seed.Take());
        encryptor.Dispose();
    }

    [Fact]
    public void Dispose_EncryptorGivenBack_IsDisposed()
    {
        var seed = new TenantSeed(Tenant, Kid, _secret);
        var encryptor = seed.Take();
        seed.GiveBack(encryptor);
        seed.Dispose();

        Assert.Throws<ObjectDisposedException>(() => SaltOf(encryptor));
    }

    [Fact]
    public void GiveBack_SeedIsDisposed_LeavesNothing()
    {
        var seed = new TenantSeed(Tenant, Kid, _secret);
        var encryptor = seed.Take();
        seed.Dispose();
        SaltOf(encryptor);
        seed.GiveBack(encryptor);

        Assert.Throws<ObjectDisposedException>(() => SaltOf(encryptor));
        Assert.Throws<ObjectDisposedException>(seed.Take);
    }

    [Fact]
    public void Encrypt_SeedIsDisposedAndKeyUsedUp_Refuses()
    {
        var seed = new TenantSeed(Tenant, Kid, _secret, maxUses: 1);
        using var encryptor = seed.Take();
        SaltOf(encryptor);
        seed.Dispose();

        Assert.Throws<ObjectDisposedException>(() => SaltOf(encryptor));
        Assert.Throws<ObjectDisposedException>(() => SaltOf(encryptor));
    }

    [Fact]
    public void TryDecrypt_SeedIsDisposed_Refuses()
    {
        var seed = new TenantSeed(Tenant, Kid, _secret);
        using var encryptor = seed.Take();
        var value = Encrypt(encryptor);
        seed.Dispose();
        using var decryptor = new ValueDecryptor(seed);

        Assert.Throws<ObjectDisposedException>(() => decryptor.TryDecrypt(value, default, new byte[value.PlaintextLength]));
    }

    [Fact]
    public void Dispose_Secret_IsZeroed()
    {
        var seed = new TenantSeed(Tenant, Kid, _secret);
        var secret = (byte[])typeof(TenantSeed).GetField("_secret", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(seed)!;
        Assert.Equal(_secret, secret);

        seed.Dispose();

        Assert.All(secret, value => Assert.Equal(0, value));
    }

    [Fact]
    public void ToString_Seed_DoesNotTellTheSecret()
    {
        using var seed = new TenantSeed(Tenant, Kid, _secret);

        Assert.Equal($"TenantSeed({Tenant}, {Kid})", seed.ToString());
    }

    [Fact]
    public void Constructor_SecretOfAnotherLength_IsRefused() =>
        Assert.Throws<CryptographicException>(() => new TenantSeed(Tenant, Kid, _secret.AsSpan(1)));

    [Fact]
    public async Task Take_ManyThreads_NobodyHasAnothers()
    {
        using var seed = new TenantSeed(Tenant, Kid, _secret);
        var users = new System.Collections.Concurrent.ConcurrentDictionary<ValueEncryptor, int>();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(
            () =>
            {
                for (var i = 0; i < 5_000; i++)
                {
                    var encryptor = seed.Take();
                    Assert.True(users.TryAdd(encryptor, number), "somebody else has it");
                    SaltOf(encryptor);
                    Assert.True(users.TryRemove(encryptor, out _));
                    seed.GiveBack(encryptor);
                }
            },
            TestContext.Current.CancellationToken)));
    }

    private static string SaltOf(ValueEncryptor encryptor) => Convert.ToHexString(Encrypt(encryptor).Salt.Span);

    private static EncryptedValue Encrypt(ValueEncryptor encryptor)
    {
        var plaintext = Encoding.ASCII.GetBytes("{\"stringValue\":\"x\"}");
        var text = new byte[EncryptedValue.LengthOf(plaintext.Length)];
        encryptor.Encrypt(plaintext, default, text);
        Assert.True(EncryptedValue.TryParse(text, out var value));
        return value;
    }
}
