using Grpc.Core;
using Grpc.Health.V1;

namespace KmsGateway.Proxy.Management.Health;

/// <summary>
/// Readiness for load balancers that ask in gRPC, on the OTLP/gRPC port: https://github.com/grpc/grpc/blob/master/doc/health-checking.md.
/// It needs no credential, as those who ask have none, and says one word.
/// </summary>
internal sealed class GrpcHealth(GatewayHealth health) : Grpc.Health.V1.Health.HealthBase
{
    // The whole server, and the one service of it that the gateway is there for.
    private static readonly string[] Services = ["", "opentelemetry.proto.collector.trace.v1.TraceService"];

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        Services.Contains(request.Service, StringComparer.Ordinal)
            ? Task.FromResult(new HealthCheckResponse
            {
                Status = HealthJson.IsUp(health.Ready())
                    ? HealthCheckResponse.Types.ServingStatus.Serving
                    : HealthCheckResponse.Types.ServingStatus.NotServing,
            })
            : throw new RpcException(new Status(StatusCode.NotFound, "Ask for '' or for the TraceService of OTLP."));
}
