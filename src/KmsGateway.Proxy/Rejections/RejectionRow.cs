
namespace KmsGateway.Proxy.Rejections;

/// <summary>How one reason is said in each protocol.</summary>
/// <param name="Label">Its name in metrics.</param>
/// <param name="RetryAfter">Seconds after which a retry may succeed; null means that the same request will never be taken.</param>
/// <param name="HttpOnly">Said in HTTP even on the gRPC port: who sent it does not speak gRPC.</param>
internal sealed record RejectionRow(string Label, int HttpStatus, GrpcStatus GrpcStatus, int? RetryAfter = null, bool HttpOnly = false);
