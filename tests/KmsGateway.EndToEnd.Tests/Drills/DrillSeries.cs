using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>All drills, side by side with one Prometheus and one Alertmanager, from when the first result is asked for.</summary>
public abstract class DrillSeries : IAsyncDisposable
{
    private static readonly Drill[] Drills =
        [new OutageDrill(), new SlowKmsDrill(), new SmallCacheDrill(), new RegionAwayDrill(), new RotationDeniedDrill()];

    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly PostgresServer _postgres;
    private readonly bool _compressed;
    private readonly TimeSpan _limit;
    private readonly TimeSpan _pace;
    private readonly HashSet<string> _left;
    private readonly Lazy<Task<Monitoring>> _monitoring;
    private readonly Dictionary<Drill, Lazy<Task<IReadOnlyList<DrillTimes>>>> _runs;

    /// <param name="limit">How long each alert may take to come, and to go.</param>
    /// <param name="left">Alerts that are left out.</param>
    private protected DrillSeries(PostgresServer postgres, bool compressed, TimeSpan limit, params IEnumerable<string> left)
    {
        (_postgres, _compressed, _limit, _left) = (postgres, compressed, limit, [.. left]);

        // Twenty misses are enough for every rule, in twenty seconds or in ten minutes.
        _pace = TimeSpan.FromMilliseconds(compressed ? 400 : 1_000);
        _monitoring = new(() => Monitoring.StartAsync(_compressed));
        _runs = Drills.ToDictionary(
            drill => drill, drill => new Lazy<Task<IReadOnlyList<DrillTimes>>>(() => Task.Run(() => RunAsync(drill))));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var run in _runs.Values.Where(run => run.IsValueCreated))
        {
            await ((Task)run.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_monitoring.IsValueCreated && _monitoring.Value.IsCompletedSuccessfully)
        {
            await (await _monitoring.Value).DisposeAsync();
        }

        _starting.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits for the end of the drill that raises an alert.</summary>
    internal async Task<DrillTimes> OfAsync(string alert)
    {
        var all = _runs.Select(run => (run.Key.Alerts, run.Value.Value)).ToList();
        var times = await all.Single(run => run.Alerts.Contains(alert, StringComparer.Ordinal)).Value;
        return times.Single(one => one.Alert == alert);
    }

    private async Task<IReadOnlyList<DrillTimes>> RunAsync(Drill drill)
    {
        var monitoring = await _monitoring.Value;
        await using var ground = await StartGroundAsync(drill);
        await monitoring.Prometheus.ScrapeAsync(drill.Job, ground.Gateway.Management);
        var tools = await RunbookTools.CreateAsync(ground, monitoring);
        string[] alerts = [.. drill.Alerts.Where(alert => !_left.Contains(alert))];

        var fault = TimeProvider.System.GetTimestamp();
        await drill.InjectAsync(ground);
        var told = await Task.WhenAll(alerts.Select(alert => ToldAsync(alert, "firing", fault)));

        var runbooks = told.ToDictionary(one => one.Alert, one => Runbook.OfAlert(one.RunbookUrl), StringComparer.Ordinal);
        var blocks = alerts.ToDictionary(alert => alert, _ => 0, StringComparer.Ordinal);
        await StepAsync(Runbook.Diagnose);
        await drill.BeforeMitigationAsync(ground);
        await StepAsync(Runbook.Mitigate);
        await drill.AfterMitigationAsync(ground);
        var ended = await Task.WhenAll(told.Select(one => ToldAsync(one.Alert, "resolved", one.Arrived)));
        await StepAsync(Runbook.Verify);

        return
        [
            .. told.Zip(ended, (first, last) => new DrillTimes(
                first.Alert, Elapsed(fault, first.Arrived), Elapsed(first.Arrived, last.Arrived), blocks[first.Alert])),
        ];

        async Task<AlertNotification> ToldAsync(string alert, string status, long after)
        {
            var notification = await monitoring.Webhook.WaitForAsync(alert, drill.Job, status, after, _limit);
            if (notification is null)
            {
                Assert.Fail($"{alert} of {drill.Job} was not told as {status} within {_limit}.\n{await StateAsync(monitoring, ground)}");
            }

            return notification;
        }

        async Task StepAsync(string step)
        {
            foreach (var (alert, runbook) in runbooks)
            {
                blocks[alert] += await runbook.RunAsync(step, tools);
            }
        }
    }

    // One after the other: gateways that all start at once on two cores are so slow that their KMS seems to be away.
    private async Task<DrillGround> StartGroundAsync(Drill drill)
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return await DrillGround.StartAsync(_postgres, drill, _pace);
        }
        finally
        {
            _starting.Release();
        }
    }

    private static async Task<string> StateAsync(Monitoring monitoring, DrillGround ground)
    {
        var alerts = await monitoring.Prometheus.GetAsync("/api/v1/alerts");
        var told = monitoring.Webhook.Notifications.Select(one => $"{one.Alert} {one.Job} {one.Status}");
        return $"Told was: {string.Join("; ", told)}\nPrometheus has: {alerts.ToJsonString()}\n"
            + $"{ground.Load.Refused} of {ground.Load.Sent} requests were refused, at last: {ground.Load.LastRefusal}\n"
            + ground.Gateway.Output;
    }

    private static TimeSpan Elapsed(long from, long to) => TimeProvider.System.GetElapsedTime(from, to);
}
