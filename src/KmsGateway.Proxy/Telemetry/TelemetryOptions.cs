using System.ComponentModel.DataAnnotations;

namespace KmsGateway.Proxy.Telemetry;

/// <summary>Section <c>Telemetry</c>: where the gateway's own metrics and traces go, besides <c>/metrics</c>.</summary>
internal sealed class TelemetryOptions
{
    public const string Section = "Telemetry";
    public const string Grpc = "grpc";
    public const string HttpProtobuf = "http/protobuf";

    /// <value>
    /// The OTLP address of a collector, such as <c>http://collector:4317</c>. Never one of this gateway's own ports. Empty, the default: nothing
    /// is sent.
    /// </value>
    public string Endpoint { get; set; } = "";

    /// <value><c>grpc</c> (default) or <c>http/protobuf</c>.</value>
    public string Protocol { get; set; } = Grpc;

    /// <value>Whether traces are sent to <see cref="Endpoint"/>. Default true.</value>
    public bool Traces { get; set; } = true;

    /// <value>The share of requests that are traced. Calls of the KMS and of the key store always are. Default 0.01; 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TraceRatio { get; set; } = 0.01;

    /// <value>Whether metrics are sent to <see cref="Endpoint"/> too. Default false: Prometheus takes them from <c>/metrics</c>.</value>
    public bool Metrics { get; set; }

    /// <value>Seconds between two exports of metrics. Default 30; 1 to 3,600.</value>
    [Range(1, 3_600)]
    public int MetricsSeconds { get; set; } = 30;

    public bool ExportsTraces => Endpoint.Length > 0 && Traces;

    public bool ExportsMetrics => Endpoint.Length > 0 && Metrics;
}
