using KmsGateway.Cryptography;
using Xunit;

namespace KmsGateway.Evidence.Tests.Cryptography;

public sealed class Base64UrlTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("AA")]
    [InlineData("AAE")]
    [InlineData("-_-_")]
    public void TryDecode_Canonical_ReadsIt(string text)
    {
        Assert.True(Base64UrlText.TryDecode(text, out var bytes));
        Assert.Equal(text, Base64UrlText.Encode(bytes));
    }

    [Theory]
    [InlineData("AB")]
    [InlineData("AAF")]
    [InlineData("AA==")]
    [InlineData("AA=")]
    [InlineData("AAA==")]
    [InlineData("=")]
    [InlineData("A")]
    [InlineData("A A")]
    [InlineData("AA\n")]
    [InlineData("+/+/")]
    [InlineData("AAé")]
    public void TryDecode_AnotherTextForTheSameBytes_Refuses(string text) => Assert.False(Base64UrlText.TryDecode(text, out _));
}
