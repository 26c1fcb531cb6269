using KmsGateway.Cli.Demonstration;
using Xunit;

namespace KmsGateway.Cli.Tests.Demonstration;

public sealed class ReadyLineTests
{
    [Fact]
    public void TryParse_ReadyLine_GivesAddresses()
    {
        Assert.True(ReadyLine.TryParse(
            "KmsGateway ready: OTLP/gRPC http://127.0.0.1:1, OTLP/HTTP http://127.0.0.1:2, management http://127.0.0.1:3",
            out var endpoints));

        Assert.Equal(new Uri("http://127.0.0.1:1"), endpoints.OtlpGrpc);
        Assert.Equal(new Uri("http://127.0.0.1:2"), endpoints.OtlpHttp);
        Assert.Equal(new Uri("http://127.0.0.1:3/health/ready"), endpoints.Readiness);
        Assert.Equal(new Uri("http://127.0.0.1:3/.well-known/jwks.json"), endpoints.TrustFile);
    }

    [Theory]
    [InlineData("")]
    [InlineData("info: KmsGateway ready: OTLP/gRPC http://127.0.0.1:1, OTLP/HTTP http://127.0.0.1:2, management http://127.0.0.1:3")]
    [InlineData("KmsGateway ready: OTLP/gRPC http://127.0.0.1:1")]
    public void TryParse_AnotherLine_IsRefused(string line) => Assert.False(ReadyLine.TryParse(line, out _));
}
