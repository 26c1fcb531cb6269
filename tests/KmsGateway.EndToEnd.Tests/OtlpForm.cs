namespace KmsGateway.EndToEnd.Tests;

/// <summary>The three forms OTLP is sent in.</summary>
public enum OtlpForm
{
    HttpProtobuf,
    HttpJson,
    Grpc,
}
