namespace KmsGateway.Proxy.Listeners;

/// <summary>Section <c>Shutdown</c>: how the gateway leaves without anybody noticing.</summary>
internal sealed class ShutdownOptions
{
    public const string Section = "Shutdown";

    /// <value>
    /// For how long it goes on serving after it has been asked to end, with readiness already down: as long as a load balancer takes to see
    /// that and to stop sending. Default 5 s, in Development none; 0 to 5 minutes.
    /// </value>
    public TimeSpan? DrainDelay { get; set; }

    /// <value>How long requests that are then in flight may take. Default 15 s; 1 s to 5 minutes.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    public TimeSpan DelayIn(IHostEnvironment environment) =>
        DrainDelay ?? (environment.IsDevelopment() ? TimeSpan.Zero : TimeSpan.FromSeconds(5));
}
