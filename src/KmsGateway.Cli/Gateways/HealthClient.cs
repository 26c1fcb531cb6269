using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Gateways;

/// <summary>Asks a gateway whether it is ready.</summary>
internal sealed class HealthClient(CliEnvironment environment)
{
    private const int MaxAnswerBytes = 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>The report, or why there is none.</summary>
    public async Task<(HealthReport? Report, string? Problem)> GetAsync(Uri readiness, CancellationToken cancellationToken)
    {
        try
        {
            using var client = environment.CreateClient(readiness, Timeout);
            client.MaxResponseContentBufferSize = MaxAnswerBytes;
            using var response = await client.GetAsync(readiness, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (!HealthReport.TryParse(body, out var report))
            {
                return (null, $"{readiness} answered {(int)response.StatusCode}, but not as a gateway does");
            }

            return report.IsUp && !response.IsSuccessStatusCode
                ? (null, $"{readiness} answered {(int)response.StatusCode} with status {report.Status}")
                : (report, null);
        }
        catch (HttpRequestException error)
        {
            return (null, $"{readiness} is not reachable: {error.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"{readiness} did not answer within {Timeout.TotalSeconds:0} s");
        }
    }
}
