using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Tests;

internal sealed class OtlpErrorException(OtlpError error) : Exception(error.ToString())
{
    public OtlpError Error { get; } = error;
}
