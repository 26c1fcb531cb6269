using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace KmsGateway.Testing.Processes;

/// <summary>Where Alertmanager sends what somebody would be woken for.</summary>
/// <remarks>Its messages: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config</remarks>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<AlertNotification> _notifications = new();
    private readonly WebApplication _application;
    private TaskCompletionSource _next = NewArrival();

    private WebhookReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _application = builder.Build();
        _application.Run(ReceiveAsync);
    }

    public Uri Address =>
        new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public IReadOnlyCollection<AlertNotification> Notifications => _notifications;

    public static async Task<WebhookReceiver> StartAsync()
    {
        var receiver = new WebhookReceiver();
        await receiver._application.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The first notification of an alert in this status that came after a moment; null if none comes within the limit.</summary>
    public async Task<AlertNotification?> WaitForAsync(string alert, string job, string status, long after, TimeSpan limit)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            // Taken before the look, so that what arrives after it is not missed.
            var next = Volatile.Read(ref _next).Task;
            var found = _notifications.FirstOrDefault(
                one => (one.Alert, one.Job, one.Status) == (alert, job, status) && one.Arrived > after);
            var left = limit - TimeProvider.System.GetElapsedTime(start);
            if (found is not null || left <= TimeSpan.Zero)
            {
                return found;
            }

            await next.WaitAsync(left, TimeProvider.System, TestContext.Current.CancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(CancellationToken.None);
        await _application.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        var arrived = TimeProvider.System.GetTimestamp();
        var message = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        _notifications.Enqueue(new AlertNotification(
            Text(message["groupLabels"]!["alertname"]),
            Text(message["groupLabels"]!["job"]),
            Text(message["status"]),
            Text(message["receiver"]),
            Text(message["alerts"]![0]!["annotations"]!["runbook_url"]),
            arrived));
        Interlocked.Exchange(ref _next, NewArrival()).SetResult();
    }

    private static TaskCompletionSource NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";
}
