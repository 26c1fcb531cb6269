using System.Diagnostics.Metrics;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Options;
using KmsGateway.Proxy.Rejections;
using KmsGateway.Proxy.Telemetry;
using KmsGateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace KmsGateway.Proxy.Tests.Telemetry;

public sealed class RejectionReportTests
{
    private const int Line = 4041;
    private const int Summary = 4045;

    // At 3 am the first lines say why, and the disk is not full of the others.
    [Fact]
    public async Task Tell_AFlood_HasAFewLinesAndOneForTheRest()
    {
        var time = new FakeTimeProvider();
        using var log = new LogCapture();
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(log));
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new GatewayMetrics(services.GetRequiredService<IMeterFactory>(), new TenantLabels(Options.Create(new TenantLabelOptions())));
        using var report = new RejectionReport(metrics, time, loggers.CreateLogger<RejectionReport>());
        await report.StartAsync(TestContext.Current.CancellationToken);

        for (var i = 0; i < 25; i++)
        {
            report.Tell(new DefaultHttpContext(), new RejectedRequest(RejectionReason.Busy, "full", Detail: null, ComplianceSpans: 2));
        }

        report.Tell(new DefaultHttpContext(), new RejectedRequest(RejectionReason.TooLarge, "too much", Detail: null, ComplianceSpans: 0));
        Assert.Equal(RejectionReport.LinesPerWindow + 1, log.Count(Line));
        Assert.Equal(0, log.Count(Summary));

        await Poll.UntilAsync(() =>
        {
            time.Advance(RejectionReport.Window);
            return log.Count(Summary) == 1;
        });
        Assert.Contains("15 more requests were refused (busy) within 10 s, with 30 compliance spans.", log.Text, StringComparison.Ordinal);

        report.Tell(new DefaultHttpContext(), new RejectedRequest(RejectionReason.Busy, "full", Detail: null, ComplianceSpans: 0));
        Assert.Equal(RejectionReport.LinesPerWindow + 2, log.Count(Line));
        await report.StopAsync(TestContext.Current.CancellationToken);
    }
}
