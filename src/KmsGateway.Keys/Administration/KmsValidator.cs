using KmsGateway.Cryptography;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Trust;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Administration;

/// <summary>Does once, under the eyes of an operator, all that the gateway needs of its KMS. Nothing that is made for it is kept.</summary>
internal sealed class KmsValidator(
    IOptions<RotationOptions> rotation,
    ResilientKms kms,
    IKeyStore store,
    TrustRoot root,
    ActiveKeys activeKeys,
    TenantKeys keys,
    SigningKeyRetriever retriever,
    TimeProvider time,
    ILogger<KmsValidator> logger) : IDisposable
{
    private const string SelfTestTyp = "kmsgw-selftest+jws";

    private readonly SemaphoreSlim _one = new(1, 1);

    public async Task<IReadOnlyList<ValidationStep>> RunAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return await RunAloneAsync(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<IReadOnlyList<ValidationStep>> RunAloneAsync(CancellationToken cancellationToken)
    {
        var makesKeys = rotation.Value.Enabled;
        var tenant = activeKeys.Tenants.Order(StringComparer.Ordinal).FirstOrDefault();
        var context = EncryptionContext.ForSigningKey(
            store.Id, tenant ?? "validation", root.PublicKey.Algorithm, Guid.CreateVersion7(time.GetUtcNow()));
        WrappedSigningKey? made = null;
        var steps = new List<ValidationStep>
        {
            await TryAsync("generate", KmsCall.GenerateKeyPair, makesKeys ? async () =>
                made = await kms.GenerateSigningKeyAsync(context, KmsPurpose.Validate, cancellationToken) : null),
            await TryAsync("wrap", KmsCall.GenerateDataKey, makesKeys ? () =>
                kms.GenerateSeedAsync(context, KmsPurpose.Validate, cancellationToken) : null),
        };
        steps.Add(await TryAsync("unwrap", KmsCall.Decrypt, made is null ? null : () => UnwrapAsync(made, context, cancellationToken)));
        steps.Add(await TryAsync("sign", KmsCall.Sign, makesKeys ? () => root.SignAsync(SelfTestTyp, context.ToBytes(), cancellationToken) : null));

        TrustedKey? trusted = null;
        var id = Guid.Empty;
        var hasKey = tenant is not null && activeKeys.Find(tenant, out id, out trusted) is KeyFailure.None;
        steps.Add(await TryAsync("retrieve-miss", KmsCall.Decrypt, hasKey ? async () =>
            (await retriever.RetrieveOrThrowAsync(id, trusted!, KmsPurpose.Validate)).Dispose() : null));
        steps.Add(await TryAsync("retrieve-hit", KmsCall.Decrypt, hasKey ? () => HitAsync(tenant!, cancellationToken) : null));
        return steps;
    }

    private async Task UnwrapAsync(WrappedSigningKey made, EncryptionContext context, CancellationToken cancellationToken)
    {
        if (!VerificationKey.TryImport(made.PublicKey, out var publicKey))
        {
            throw new KmsException(KmsFailure.Misconfigured, "The key that the KMS made is of another kind than the gateway signs with.");
        }

        var secret = await kms.UnwrapAsync(made.Wraps, context, KmsPurpose.Validate, cancellationToken);
        secret.ToSigningKey(publicKey).Dispose();
    }

    private async Task HitAsync(string tenant, CancellationToken cancellationToken)
    {
        // The first one may be the miss that fills the cache.
        await keys.LoadSigningKeyAsync(tenant, cancellationToken);
        var failure = await keys.LoadSigningKeyAsync(tenant, cancellationToken);
        if (failure is not KeyFailure.None)
        {
            throw new KmsException(
                failure is KeyFailure.Denied ? KmsFailure.Denied : KmsFailure.Unavailable, $"The key of tenant {tenant} cannot be had: {failure.Code()}.");
        }
    }

    private async Task<ValidationStep> TryAsync(string step, string operation, Func<Task>? action)
    {
        if (action is null)
        {
            return new ValidationStep(step, "skipped", null, null, null);
        }

        var start = time.GetTimestamp();
        try
        {
            await action();
            return new ValidationStep(step, "ok", time.GetElapsedTime(start).TotalMilliseconds, null, null);
        }
        catch (KmsException exception)
        {
            KeysLog.ValidationFailed(logger, exception, step);
            return new ValidationStep(
                step,
                "failed",
                time.GetElapsedTime(start).TotalMilliseconds,
                KmsException.Code(exception.Failure),
                ValidationAdvice.For(operation, exception.Failure));
        }
        catch (KeyRetrievalException exception)
        {
            KeysLog.ValidationFailed(logger, exception, step);
            return new ValidationStep(step, "failed", time.GetElapsedTime(start).TotalMilliseconds, exception.Failure.Code(), "Try again: the key was replaced meanwhile.");
        }
    }
}
