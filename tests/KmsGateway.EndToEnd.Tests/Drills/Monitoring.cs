using KmsGateway.Testing.Processes;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>A Prometheus with the repository's rules, an Alertmanager with its routes, and who is told.</summary>
internal sealed class Monitoring : IAsyncDisposable
{
    private static readonly TimeSpan ShippedInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan CompressedInterval = TimeSpan.FromSeconds(1);

    private Monitoring(WebhookReceiver webhook)
    {
        Webhook = webhook;
    }

    public WebhookReceiver Webhook { get; }

    public AlertmanagerServer Alertmanager { get; private set; } = null!;

    public PrometheusServer Prometheus { get; private set; } = null!;

    /// <param name="compressed">Whether time runs as <see cref="CompressedRules"/> says, and Alertmanager tells at once.</param>
    public static async Task<Monitoring> StartAsync(bool compressed)
    {
        var monitoring = new Monitoring(await WebhookReceiver.StartAsync());
        try
        {
            monitoring.Alertmanager = await AlertmanagerServer.StartAsync(monitoring.Webhook.Address, atOnce: compressed);
            monitoring.Prometheus = compressed
                ? await PrometheusServer.StartAsync(CompressedInterval, CompressedRules.All, monitoring.Alertmanager)
                : await PrometheusServer.StartAsync(ShippedInterval, PrometheusServer.ShippedRules, monitoring.Alertmanager);
            return monitoring;
        }
        catch
        {
            await monitoring.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Prometheus is not null)
        {
            await Prometheus.DisposeAsync();
        }

        if (Alertmanager is not null)
        {
            await Alertmanager.DisposeAsync();
        }

        await Webhook.DisposeAsync();
    }
}
