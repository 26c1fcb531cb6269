using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Tests.Providers;

public sealed class UnwrappedSecretTests
{
    [Fact]
    public void Dispose_Filled_ClearsTheBytes()
    {
        var secret = new UnwrappedSecret(32);
        var memory = secret.Memory;
        secret.Bytes.Fill(7);

        secret.Dispose();

        Assert.True(memory.Span.IndexOfAnyExcept((byte)0) < 0);
        Assert.Throws<ObjectDisposedException>(() => secret.Bytes.Length);
    }

    [Fact]
    public void ToString_Filled_ShowsNothing()
    {
        using var secret = new UnwrappedSecret(1);
        secret.Bytes.Fill(7);

        Assert.Equal("UnwrappedSecret(redacted)", $"{secret}");
    }
}
