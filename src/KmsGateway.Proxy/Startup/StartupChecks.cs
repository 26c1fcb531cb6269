using KmsGateway.Proxy.Forwarding;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tenancy;

namespace KmsGateway.Proxy.Startup;

/// <summary>The checks on sections that Kestrel and YARP bind themselves, all problems at once.</summary>
internal static class StartupChecks
{
    public static void ThrowIfAnyFails(IConfiguration configuration, IHostEnvironment environment)
    {
        string[] problems =
        [
            .. ListenerChecks.Problems(configuration),
            .. UpstreamChecks.Problems(configuration, environment),
            .. CredentialChecks.Problems(configuration, environment),
        ];
        if (problems.Length > 0)
        {
            throw new GatewayStartException(problems);
        }
    }
}
