using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Gateways;

/// <summary>Asks a gateway how it is.</summary>
internal sealed class HealthClient(CliEnvironment environment)
{
    private const int MaxAnswerBytes = 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>The report, or why there is none.</summary>
    public async Task<(HealthReport? Report, string? Problem)> GetAsync(Uri health, CancellationToken cancellationToken)
    {
        try
        {
            using var client = environment.CreateClient(health, Timeout);
            client.MaxResponseContentBufferSize = MaxAnswerBytes;
            using var response = await client.GetAsync(health, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (!HealthReport.TryParse(body, out var report))
            {
                return (null, $"{health} answered {(int)response.StatusCode}, but not as a gateway does");
            }

            return report.IsUp && !response.IsSuccessStatusCode
                ? (null, $"{health} answered {(int)response.StatusCode} with status {report.Status}")
                : (report, null);
        }
        catch (HttpRequestException error)
        {
            return (null, $"{health} is not reachable: {error.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"{health} did not answer within {Timeout.TotalSeconds:0} s");
        }
    }
}
