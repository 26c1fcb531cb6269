using System.Buffers.Binary;
using System.Text;
using KmsGateway.Cryptography;

namespace KmsGateway.Benchmarks.Uniqueness;

/// <summary>
/// Threads of one process that encrypt under one seed, which is taken away from all of them again and again, in the midst of their work, and made anew.
/// Each writes down the salt and the nonce of every value, as the value itself says them.
/// </summary>
internal sealed class EncryptingThreads : IDisposable
{
    public const int PairSize = EncryptedValue.SaltSize + EncryptedValue.NonceSize;

    private const string Tenant = "acme";
    private const int MostAtATime = 48;

    private static readonly byte[] Place = Encoding.ASCII.GetBytes("""["acme","01","02","span","pii.text"]""");

    private readonly string _kid;
    private readonly byte[] _secret;
    private readonly long _maxUses;
    private readonly int _valuesOfLife;
    private readonly TenantSeed _forReading;
    private TenantSeed _seed;
    private long _lives = 1;

    /// <param name="kid">Of the seed.</param>
    /// <param name="secret">The seed.</param>
    /// <param name="maxUses">Of a salt.</param>
    /// <param name="valuesOfLife">After so many values each thread makes the seed anew.</param>
    public EncryptingThreads(string kid, byte[] secret, long maxUses, int valuesOfLife)
    {
        (_kid, _secret, _maxUses, _valuesOfLife) = (kid, secret, maxUses, valuesOfLife);
        _forReading = new TenantSeed(Tenant, kid, secret);
        _seed = NewSeed();
    }

    /// <summary>How often the seed was made.</summary>
    public long Lives => Interlocked.Read(ref _lives);

    /// <summary>Runs one thread for each stream, and waits for all.</summary>
    /// <exception cref="InvalidOperationException">A value does not decrypt under the seed.</exception>
    public void Run(IReadOnlyList<Stream> pairs, int valuesOfThread)
    {
        var threads = pairs.Select(stream => Task.Factory.StartNew(
            () => Write(stream, valuesOfThread), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        Task.WaitAll([.. threads]);
    }

    public void Dispose()
    {
        _seed.Dispose();
        _forReading.Dispose();
    }

    private void Write(Stream pairs, int count)
    {
        using var decryptor = new ValueDecryptor(_forReading);
        var random = new Random();
        for (var (done, sinceRenewal) = (0, 0); done < count;)
        {
            var written = WriteSome(pairs, decryptor, done, Math.Min(count, done + 1 + random.Next(MostAtATime)));
            sinceRenewal += written - done;
            done = written;
            if (sinceRenewal >= _valuesOfLife)
            {
                sinceRenewal = 0;
                Interlocked.Increment(ref _lives);
                Interlocked.Exchange(ref _seed, NewSeed()).Dispose();
            }
        }
    }

    // Whose seed is taken away meanwhile goes on with the new one.
    private int WriteSome(Stream pairs, ValueDecryptor decryptor, int first, int end)
    {
        var seed = Volatile.Read(ref _seed);
        try
        {
            var encryptor = seed.Take();
            try
            {
                for (; first < end; first++)
                {
                    WriteOne(pairs, encryptor, decryptor, first);
                }
            }
            finally
            {
                seed.GiveBack(encryptor);
            }
        }
        catch (ObjectDisposedException)
        {
            return first;
        }

        return first;
    }

    private static void WriteOne(Stream pairs, ValueEncryptor encryptor, ValueDecryptor decryptor, int number)
    {
        Span<byte> plaintext = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(plaintext, number);
        Span<byte> text = stackalloc byte[EncryptedValue.LengthOf(plaintext.Length)];
        encryptor.Encrypt(plaintext, Place, text);
        Span<byte> decrypted = stackalloc byte[plaintext.Length];
        if (!EncryptedValue.TryParse(text, out var value) || !decryptor.TryDecrypt(value, Place, decrypted) || !decrypted.SequenceEqual(plaintext))
        {
            throw new InvalidOperationException($"'{Encoding.ASCII.GetString(text)}' does not decrypt under the seed.");
        }

        pairs.Write(value.Salt.Span);
        pairs.Write(value.Nonce.Span);
    }

    private TenantSeed NewSeed() => new(Tenant, _kid, _secret, _maxUses);
}
