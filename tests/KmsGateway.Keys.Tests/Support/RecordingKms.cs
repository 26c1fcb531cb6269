using System.Collections.Concurrent;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Providers.Local;
using KmsGateway.Testing;

namespace KmsGateway.Keys.Tests.Support;

/// <summary>The local provider, counted, held up or failing as a test wants it, with a copy of every secret it gave out.</summary>
internal sealed class RecordingKms(LocalKmsProvider inner) : IKmsProvider
{
    private readonly ConcurrentQueue<string> _unwrapped = new();
    private readonly Signal _signal = new();
    private int _signed;

    public ConcurrentQueue<byte[]> Secrets { get; } = new();

    /// <summary>What unwraps fail with while set.</summary>
    public KmsException? Failure { get; set; }

    /// <summary>What unwraps wait for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>How often the root has signed.</summary>
    public int Signed => Volatile.Read(ref _signed);

    /// <summary>After so many calls of any kind every one fails for good, as those of a process that ended; null: never.</summary>
    public int? FailAfter { get; set; }

    public string Name => inner.Name;

    /// <summary>Waits until so many unwraps for this purpose have begun.</summary>
    public Task UnwrapsReachAsync(string purpose, int count) => _signal.WaitUntilAsync(() => Unwraps(purpose) >= count);

    public int Unwraps(string purpose) => _unwrapped.Count(unwrapped => unwrapped == purpose);

    public IReadOnlyList<string> Regions => inner.Regions;

    public bool MakesSeedsLocally => inner.MakesSeedsLocally;

    public Task<WrappedSigningKey> GenerateSigningKeyAsync(string region, EncryptionContext context, CancellationToken cancellationToken) =>
        Counted().GenerateSigningKeyAsync(region, context, cancellationToken);

    public Task<IReadOnlyList<KeyWrap>> GenerateSeedAsync(string region, EncryptionContext context, CancellationToken cancellationToken) =>
        Counted().GenerateSeedAsync(region, context, cancellationToken);

    public Task<WrappedSigningKey> GetOrCreateRootAsync(string region, EncryptionContext context, CancellationToken cancellationToken) =>
        Counted().GetOrCreateRootAsync(region, context, cancellationToken);

    public Task<VerificationKey> GetRootPublicKeyAsync(KeyWrap root, EncryptionContext context, CancellationToken cancellationToken) =>
        Counted().GetRootPublicKeyAsync(root, context, cancellationToken);

    public Task<byte[]> SignByRootAsync(KeyWrap root, EncryptionContext context, byte[] input, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _signed);
        return Counted().SignByRootAsync(root, context, input, cancellationToken);
    }

    public async Task<UnwrappedSecret> UnwrapAsync(KeyWrap wrap, EncryptionContext context, CancellationToken cancellationToken)
    {
        Counted();

        // The gate of the time at which it begins: who is told that it has may open the next one.
        var gate = Gate;
        _unwrapped.Enqueue(context.Purpose);
        _signal.Raise();
        await gate.WaitAsync(cancellationToken);
        if (Failure is { } failure)
        {
            throw failure;
        }

        var secret = await inner.UnwrapAsync(wrap, context, cancellationToken);
        Secrets.Enqueue(secret.Bytes.ToArray());
        return secret;
    }

    private LocalKmsProvider Counted()
    {
        if (FailAfter is not { } left)
        {
            return inner;
        }

        FailAfter = left - 1;
        return left > 0 ? inner : throw new KmsException(KmsFailure.Misconfigured, "ended");
    }
}
