using Grpc.Core;
using Grpc.Net.Client;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>A real gRPC client that sends bytes as its messages.</summary>
internal sealed class GrpcSender(Uri address) : IDisposable
{
    public const string Traces = "opentelemetry.proto.collector.trace.v1.TraceService";

    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(address);

    public async Task<byte[]> ExportAsync(string service, byte[] message, Metadata? headers = null, string method = "Export")
    {
        using var call = Call(service, message, headers, method);
        return await call.ResponseAsync;
    }

    public AsyncUnaryCall<byte[]> Call(string service, byte[] message, Metadata? headers = null, string method = "Export") =>
        _channel.CreateCallInvoker().AsyncUnaryCall(
            new Method<byte[], byte[]>(MethodType.Unary, service, method, Bytes, Bytes),
            host: null,
            new CallOptions(headers, cancellationToken: TestContext.Current.CancellationToken),
            message);

    public async Task<RpcException> ExportRefusedAsync(string service, byte[] message, string method = "Export") =>
        await Assert.ThrowsAsync<RpcException>(() => ExportAsync(service, message, method: method));

    public void Dispose() => _channel.Dispose();
}
