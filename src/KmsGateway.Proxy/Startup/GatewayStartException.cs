namespace KmsGateway.Proxy.Startup;

/// <summary>The gateway cannot start as it is configured. Each problem says what to set.</summary>
internal sealed class GatewayStartException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
