using System.Threading.Channels;
using KmsGateway.Evidence.Signing;
using KmsGateway.Keys;
using KmsGateway.Proxy.Telemetry;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace KmsGateway.Proxy.Protection;

/// <summary>
/// Before the first span is signed under a policy, the policy is where verifiers will find it: at start, and whenever the configuration
/// has changed.
/// </summary>
internal sealed partial class PolicyPublication(
    SigningPolicies policies,
    PolicyArchive archive,
    TenantKeys tenants,
    EnforcementOverrides overrides,
    IConfiguration configuration,
    GatewayMetrics metrics,
    ILogger<PolicyPublication> logger) : BackgroundService, IHostedLifecycleService
{
    // One pending change is enough: it is read when its turn comes.
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // By this process. To go back to one of them needs no store, which may be away just then.
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);

    private IDisposable? _registration;
    private volatile bool _isBehind;

    // Behind the bootstrap of the keys, which opens the store.
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // From now on, and not when somebody gets round to reading them.
        _registration = ChangeToken.OnChange(configuration.GetReloadToken, () => _changes.Writer.TryWrite(true));
        return StartWithTenantsOfTheStoreAsync(cancellationToken);
    }

    // Behind the meter provider, which must see it.
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Tell(policies.Current);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        _registration?.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(FollowTenantsAsync(stoppingToken), FollowOverridesAsync(stoppingToken), FollowConfigurationAsync(stoppingToken));

    // Those that were added while gateways ran were not known when the first set was made. Their senders would be turned away, or their spans
    // go on as nobody's, until a background service gets round to them.
    private async Task StartWithTenantsOfTheStoreAsync(CancellationToken cancellationToken)
    {
        var set = policies.Read();
        await KeepAsync(set, cancellationToken);
        policies.Use(set);
    }

    // It only tells of them: of two that read and use sets side by side, the one that read first may be the last to use what it has read.
    private async Task FollowTenantsAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var refresh = tenants.WaitForRefreshAsync(stoppingToken);
            if (_isBehind || !tenants.Tenants.SetEquals(policies.Current.Tenants))
            {
                _changes.Writer.TryWrite(true);
            }

            await refresh;
        }
    }

    private async Task FollowOverridesAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            // Asked before the look that it calls for, so that none is missed.
            var change = overrides.WaitForChangeAsync(stoppingToken);
            _changes.Writer.TryWrite(true);
            await change;
        }
    }

    private async Task FollowConfigurationAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _changes.Reader.ReadAllAsync(stoppingToken))
        {
            await ReloadAsync(stoppingToken);
        }
    }

    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        _isBehind = false;
        if (!await TryReloadAsync(policies.Read, cancellationToken))
        {
            // Break-glass ends all the same, with the settings that are in effect.
            await TryReloadAsync(policies.ReadOverrides, cancellationToken);
        }
    }

    private async Task<bool> TryReloadAsync(Func<PolicySet> read, CancellationToken cancellationToken)
    {
        try
        {
            var next = read();
            if (!next.HasSameEffectAs(policies.Current))
            {
                await KeepAsync(next, cancellationToken);
                policies.Use(next);
                LogChanged(next.Rules.Keys.Patterns, next.All.Count);
                Tell(next);
            }

            return true;
        }
        catch (OptionsValidationException invalid)
        {
            LogNotChanged(string.Join(" ", invalid.Failures));
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            _isBehind = true;
            LogNotPublished(failure);
        }

        return false;
    }

    private async Task KeepAsync(PolicySet set, CancellationToken cancellationToken)
    {
        SigningPolicy[] unkept = [.. set.All.Select(policy => policy.Signing).Where(policy => !_kept.Contains(policy.Id))];
        if (unkept.Length > 0)
        {
            await archive.KeepAsync(unkept.Select(policy => policy.Json), cancellationToken);
            _kept.UnionWith(unkept.Select(policy => policy.Id));
        }
    }

    // A mode that lets compliance spans through unsigned is said in every log, not only where one asks for it.
    private void Tell(PolicySet set)
    {
        foreach (var warning in set.Encryption.Warnings(set.Coverage, set.All))
        {
            LogEncryption(warning);
        }

        metrics.EnforcementModes(set.All.Select(policy => (policy.Signing.Tenant, (int)policy.Mode)));
        foreach (var policy in set.All)
        {
            if (policy.Mode != EnforcementMode.Enforce)
            {
                LogNotEnforced(policy.Signing.Tenant, policy.Mode.Name());
            }
        }
    }

    [LoggerMessage(4060, LogLevel.Information, "The signing policies have changed: rules {Rules}, {Tenants} tenants.")]
    private partial void LogChanged(IReadOnlyList<string> rules, int tenants);

    [LoggerMessage(4061, LogLevel.Error, "The changed configuration is not used, the policies before it stay in effect: {Problems}")]
    private partial void LogNotChanged(string problems);

    [LoggerMessage(4062, LogLevel.Error,
        "The changed policies are not used, because they could not be published; those before them stay in effect until the key store takes them.")]
    private partial void LogNotPublished(Exception failure);

    [LoggerMessage(4064, LogLevel.Warning, "Encryption: {Warning}")]
    private partial void LogEncryption(string warning);

    [LoggerMessage(4063, LogLevel.Warning,
        "Tenant {Tenant} is in mode {Mode}: its compliance spans may go on unsigned. Set Enforcement:Mode to enforce when the trial is over.")]
    private partial void LogNotEnforced(string tenant, string mode);
}
