using System.Text;
using KmsGateway.Cli.Demonstration;
using Xunit;

namespace KmsGateway.Cli.Tests.Demonstration;

public sealed class TamperingTests
{
    [Fact]
    public void TryReplaceFirst_ValueThere_ChangesOneByte()
    {
        var line = """{"a":"250.00 EUR"}"""u8.ToArray();

        Assert.True(Tampering.TryReplaceFirst(line, "250.00 EUR", '9', out var tampered));

        Assert.Equal("""{"a":"950.00 EUR"}""", Encoding.UTF8.GetString(tampered));
        Assert.Equal("""{"a":"250.00 EUR"}""", Encoding.UTF8.GetString(line));
    }

    [Theory]
    [InlineData("""{"a":"1 EUR"}""")]
    [InlineData("""{"a":"250.00 EUR","b":"250.00 EUR"}""")]
    [InlineData("""{"a":"x250.00 EUR"}""")]
    public void TryReplaceFirst_ValueNotThereOnce_Refuses(string line) =>
        Assert.False(Tampering.TryReplaceFirst(Encoding.UTF8.GetBytes(line), "250.00 EUR", '9', out _));
}
