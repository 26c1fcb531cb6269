namespace KmsGateway.Proxy.Telemetry;

/// <summary>The name of this process in its telemetry, and on the requests that carry it.</summary>
internal sealed class TelemetryOrigin
{
    public const string Header = "x-kmsgateway-telemetry";

    public string Id { get; } = Guid.NewGuid().ToString("D");
}
