using System.Collections.Concurrent;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Providers;
using KmsGateway.Testing;

namespace KmsGateway.Keys.Tests.Support;

/// <summary>A KMS in Regions, each of which does what a test says, with a record of the calls.</summary>
internal sealed class ScriptedKms(params string[] regions) : IKmsProvider
{
    private readonly Signal _signal = new();

    public string Name => "scripted";

    public IReadOnlyList<string> Regions { get; } = regions;

    public bool MakesSeedsLocally => false;

    public ConcurrentQueue<string> Calls { get; } = new();

    public ConcurrentDictionary<string, Func<CancellationToken, Task>> Behaviour { get; } = new(StringComparer.Ordinal);

    /// <summary>Of what byte the secret consists that a Region unwraps; else zero.</summary>
    public ConcurrentDictionary<string, byte> Fills { get; } = new(StringComparer.Ordinal);

    public static Func<CancellationToken, Task> Fails(KmsFailure failure) => _ => Task.FromException(new KmsException(failure, "scripted"));

    public static Func<CancellationToken, Task> Hangs() => token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);

    public Task CallsReachAsync(int count) => _signal.WaitUntilAsync(() => Calls.Count >= count);

    public async Task<UnwrappedSecret> UnwrapAsync(KeyWrap wrap, EncryptionContext context, CancellationToken cancellationToken)
    {
        Calls.Enqueue(wrap.Region);
        _signal.Raise();
        if (Behaviour.TryGetValue(wrap.Region, out var behaviour))
        {
            await behaviour(cancellationToken);
        }

        var secret = new UnwrappedSecret(32);
        secret.Bytes.Fill(Fills.GetValueOrDefault(wrap.Region));
        return secret;
    }

    public Task<WrappedSigningKey> GenerateSigningKeyAsync(string region, EncryptionContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<KeyWrap>> GenerateSeedAsync(string region, EncryptionContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<WrappedSigningKey> GetOrCreateRootAsync(string region, EncryptionContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<VerificationKey> GetRootPublicKeyAsync(KeyWrap root, EncryptionContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<byte[]> SignByRootAsync(KeyWrap root, EncryptionContext context, byte[] input, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
