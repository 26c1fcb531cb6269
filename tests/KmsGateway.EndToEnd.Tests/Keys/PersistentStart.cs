using KmsGateway.Testing.Processes;
using Xunit.Sdk;

namespace KmsGateway.EndToEnd.Tests.Keys;

/// <summary>
/// Starts a gateway whose KMS is behind a socket. On a machine that has too much to do it ends, because the KMS seems to be away; an
/// orchestrator starts it again, too.
/// </summary>
internal static class PersistentStart
{
    private const int Starts = 3;

    public static async Task<GatewayProcess> OfAsync(GatewayProcessOptions options)
    {
        for (var start = 1; ; start++)
        {
            try
            {
                return await GatewayProcess.StartAsync(options);
            }
            catch (FailException ended) when (start < Starts && ended.Message.Contains("The KMS gave no answer", StringComparison.Ordinal))
            {
            }
        }
    }
}
