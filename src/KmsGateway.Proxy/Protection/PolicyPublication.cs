using KmsGateway.Keys;

namespace KmsGateway.Proxy.Protection;

/// <summary>Before the first span is signed, its policy is where verifiers will find it.</summary>
internal sealed class PolicyPublication(SigningPolicies policies, PolicyArchive archive) : IHostedLifecycleService
{
    // Behind the bootstrap of the keys, which opens the store.
    public Task StartingAsync(CancellationToken cancellationToken) =>
        archive.KeepAsync(policies.All.Select(policy => policy.Json), cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
