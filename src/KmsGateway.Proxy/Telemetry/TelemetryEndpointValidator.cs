using System.Net;
using KmsGateway.Proxy.Listeners;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Telemetry;

/// <summary>A gateway that sends its telemetry to itself would make a span of every span it sends.</summary>
internal sealed class TelemetryEndpointValidator(IConfiguration configuration) : IValidateOptions<TelemetryOptions>
{
    private const string Key = TelemetryOptions.Section + ":" + nameof(TelemetryOptions.Endpoint);

    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        if (options.Protocol is not (TelemetryOptions.Grpc or TelemetryOptions.HttpProtobuf))
        {
            return ValidateOptionsResult.Fail(
                $"Telemetry:Protocol is '{options.Protocol}'. Set it to {TelemetryOptions.Grpc} or {TelemetryOptions.HttpProtobuf}.");
        }

        if (options.Endpoint.Length == 0)
        {
            return ValidateOptionsResult.Success;
        }

        if (!Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
        {
            return ValidateOptionsResult.Fail($"{Key} is '{options.Endpoint}'. Set an http or https address, such as http://collector:4317.");
        }

        return IsThisMachine(endpoint) && OwnPorts().Contains(endpoint.Port)
            ? ValidateOptionsResult.Fail($"{Key} is '{options.Endpoint}', a port of this gateway. Send its telemetry to another collector.")
            : ValidateOptionsResult.Success;
    }

    // By name only: other names of this machine, and load balancers in front of it, are found when the telemetry comes back (TelemetryLoop).
    private static bool IsThisMachine(Uri endpoint) =>
        endpoint.IsLoopback
        || endpoint.Host.Equals(Dns.GetHostName(), StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(endpoint.Host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));

    private IEnumerable<int> OwnPorts() => Enum.GetNames<GatewayListener>()
        .Select(listener => configuration[$"{ListenerChecks.Section}:{listener}:Url"])
        .OfType<string>()
        .Select(url => BindingAddress.Parse(url).Port);
}
