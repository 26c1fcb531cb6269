using System.Security.Cryptography;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Providers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace KmsGateway.Keys.Resilience;

/// <summary>
/// The KMS as this project calls it: within a budget, tried again, in another Region where there is one, and left alone while it fails.
/// </summary>
/// <remarks>
/// From outside to inside: total budget, retry, then of one Region (<see cref="KmsCircuit"/>) the limit of calls at a time, the circuit
/// and the time of one attempt. Each attempt goes to the next Region whose circuit lets it through; only outages lead there, as an
/// answer of one Region is the answer.
/// </remarks>
internal sealed class ResilientKms
{
    private const int Retries = 3;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(8);

    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _attempts;
    private long _lastSuccess;

    public ResilientKms(IKmsProvider provider, IOptions<KmsOptions> options, KmsCalls calls, TimeProvider time, ILoggerFactory loggers)
    {
        Provider = provider;
        _time = time;
        Circuits = [.. provider.Regions.Select(region => new KmsCircuit(
            provider.Name, region, options.Value.MaxConcurrentCalls, calls, time, builder => builder.ConfigureTelemetry(KmsTelemetry.Of(loggers))))];
        _attempts = new ResiliencePipelineBuilder { Name = $"kms-{provider.Name}", TimeProvider = time }
            .ConfigureTelemetry(KmsTelemetry.Of(loggers))
            .AddTimeout(Budget)
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = Retries,
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is KmsException exception && KmsFailures.MayRetry(exception.Failure, arguments.AttemptNumber)),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(
                    Delay(arguments.Outcome.Exception is KmsException { Failure: KmsFailure.Throttled or KmsFailure.LimitExceeded })),
            })
            .Build();
    }

    public IKmsProvider Provider { get; }

    public string Name => Provider.Name;

    public IReadOnlyList<KmsCircuit> Circuits { get; }

    /// <summary>When the KMS last did what it was asked: a timestamp of the <see cref="TimeProvider"/>; 0 if never.</summary>
    public long LastSuccess => Interlocked.Read(ref _lastSuccess);

    /// <inheritdoc cref="IKmsProvider.GenerateSigningKeyAsync"/>
    public Task<WrappedSigningKey> GenerateSigningKeyAsync(
        EncryptionContext context, string purpose, CancellationToken cancellationToken) =>
        CallAsync(new(KmsCall.GenerateKeyPair, purpose), Circuits, (region, token) => Provider.GenerateSigningKeyAsync(region, context, token), cancellationToken);

    /// <inheritdoc cref="IKmsProvider.GenerateSeedAsync"/>
    public Task<IReadOnlyList<KeyWrap>> GenerateSeedAsync(
        EncryptionContext context, string purpose, CancellationToken cancellationToken) =>
        CallAsync(new(KmsCall.GenerateDataKey, purpose), Circuits, (region, token) => Provider.GenerateSeedAsync(region, context, token), cancellationToken);

    /// <inheritdoc cref="IKmsProvider.GetOrCreateRootAsync"/>
    public Task<WrappedSigningKey> GetOrCreateRootAsync(EncryptionContext context, CancellationToken cancellationToken) =>
        CallAsync(new(KmsCall.GetPublicKey, KmsPurpose.Trust), Circuits, (region, token) => Provider.GetOrCreateRootAsync(region, context, token), cancellationToken);

    /// <inheritdoc cref="IKmsProvider.GetRootPublicKeyAsync"/>
    public Task<VerificationKey> GetRootPublicKeyAsync(
        IReadOnlyList<KeyWrap> root, EncryptionContext context, CancellationToken cancellationToken) =>
        CallAsync(
            new(KmsCall.GetPublicKey, KmsPurpose.Trust),
            CircuitsOf(root, context),
            (region, token) => Provider.GetRootPublicKeyAsync(root.First(wrap => wrap.Region == region), context, token),
            cancellationToken);

    /// <inheritdoc cref="IKmsProvider.SignByRootAsync"/>
    public Task<byte[]> SignByRootAsync(
        IReadOnlyList<KeyWrap> root, EncryptionContext context, byte[] input, CancellationToken cancellationToken) =>
        CallAsync(
            new(KmsCall.Sign, KmsPurpose.Trust),
            CircuitsOf(root, context),
            (region, token) => Provider.SignByRootAsync(root.First(wrap => wrap.Region == region), context, input, token),
            cancellationToken);

    /// <summary>The secret of a key, from whichever of its wraps can be unwrapped.</summary>
    /// <param name="purpose">One of <see cref="KmsPurpose"/>.</param>
    /// <exception cref="KmsException">None could.</exception>
    public Task<UnwrappedSecret> UnwrapAsync(
        IReadOnlyList<KeyWrap> wraps, EncryptionContext context, string purpose, CancellationToken cancellationToken) =>
        CallAsync(
            new(KmsCall.Decrypt, purpose),
            CircuitsOf(wraps, context),
            (region, token) => Provider.UnwrapAsync(wraps.First(wrap => wrap.Region == region), context, token),
            cancellationToken);

    /// <summary>One attempt in each Region until one succeeds. It tells a closed circuit nothing and is the trial of one that is not.</summary>
    /// <exception cref="KmsException">None could.</exception>
    public async Task<UnwrappedSecret> ProbeAsync(
        IReadOnlyList<KeyWrap> wraps, EncryptionContext context, CancellationToken cancellationToken)
    {
        var circuits = CircuitsOf(wraps, context);
        for (var i = 0; ; i++)
        {
            try
            {
                var wrap = wraps.First(wrap => wrap.Region == circuits[i].Region);
                return Note(await circuits[i].CallAsync(
                    new(KmsCall.Decrypt, KmsPurpose.Probe), token => Provider.UnwrapAsync(wrap, context, token), cancellationToken));
            }
            catch (KmsException exception) when (KmsFailures.IsOutage(exception.Failure) && i + 1 < circuits.Count)
            {
                // As any retrieval, it goes to the next Region.
            }
        }
    }

    private async Task<T> CallAsync<T>(
        KmsCall call, IReadOnlyList<KmsCircuit> circuits, Func<string, CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        var attempts = 0;
        try
        {
            return Note(await _attempts.ExecuteAsync(
                async token =>
                {
                    var circuit = Choose(circuits, attempts++);
                    return await circuit.CallAsync(call, inner => attempt(circuit.Region, inner), token);
                },
                cancellationToken));
        }
        catch (TimeoutRejectedException exception)
        {
            throw new KmsException(KmsFailure.TimedOut, $"The KMS gave no answer within {Budget.TotalSeconds} s.", exception);
        }
    }

    // In order of preference, those that fail last.
    private static KmsCircuit Choose(IReadOnlyList<KmsCircuit> circuits, int attempt)
    {
        var working = circuits.Where(circuit => circuit.LetsThrough).ToList();
        return working.Count == 0 ? circuits[0] : working[attempt % working.Count];
    }

    private List<KmsCircuit> CircuitsOf(IReadOnlyList<KeyWrap> wraps, EncryptionContext context)
    {
        var circuits = Circuits.Where(circuit => wraps.Any(wrap => wrap.Region == circuit.Region && wrap.Provider == Name)).ToList();
        if (circuits.Count > 0)
        {
            return circuits;
        }

        var places = string.Join(", ", wraps.Select(wrap => wrap.Region.Length == 0 ? $"'{wrap.Provider}'" : $"'{wrap.Provider}' in {wrap.Region}"));
        throw new KmsException(
            KmsFailure.NotFound,
            $"The {context.Purpose} key {context.Id} is wrapped by KMS provider {(places.Length == 0 ? "none" : places)}, which is not "
            + "among those of Kms:Provider, Kms:Region and Kms:OtherRegions.");
    }

    private T Note<T>(T result)
    {
        Interlocked.Exchange(ref _lastSuccess, _time.GetTimestamp());
        return result;
    }

    // 100 ms give or take 50, and five times that where the KMS asks for less. Polly's own jitter is a quarter only.
    private static TimeSpan Delay(bool longer) =>
        TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(50, 151) * (longer ? 5 : 1));
}
