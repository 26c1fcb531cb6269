namespace KmsGateway.Cli.Sending;

internal enum OtlpProtocol
{
    Grpc = 0,
    HttpProtobuf,
    HttpJson,
}
