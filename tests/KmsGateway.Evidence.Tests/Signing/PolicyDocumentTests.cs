using System.Text;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using Xunit;

namespace KmsGateway.Evidence.Tests.Signing;

public sealed class PolicyDocumentTests
{
    private const string Document =
        """{"cov":{"attr":["*"],"res":["compliance.*"]},"encryption":[],"mode":"observe","rules":["compliance.*"],"tenant":"acme"}""";

    [Fact]
    public void TryParse_PolicyOfASigner_HasItsHashAndContent()
    {
        var coverage = new Coverage(new KeyPatterns(["*"]), new KeyPatterns(["compliance.*"]));
        var policy = new SigningPolicy("acme", ComplianceRules.Default, coverage, "enforce", OversizePolicy.Default);

        Assert.True(PolicyDocument.TryParse(policy.Json, out var document));

        Assert.Equal(policy.Id, document.Id);
        Assert.Equal("acme", document.Tenant);
        Assert.Equal("enforce", document.Mode);
        Assert.Equal(["compliance.*"], document.Rules);
        Assert.Equal(coverage.Json.ToArray(), document.Coverage.Json.ToArray());
        Assert.Empty(document.Encryption);
        Assert.Equal(new OversizeRule(OversizePolicy.DefaultBytes, "warn"), document.Oversize);
    }

    [Fact]
    public void TryParse_OneByteMore_IsAnotherPolicy()
    {
        Assert.True(PolicyDocument.TryParse(Encoding.UTF8.GetBytes(Document), out var document));
        Assert.True(PolicyDocument.TryParse(Encoding.UTF8.GetBytes(Document + "\n"), out var edited));

        Assert.NotEqual(document.Id, edited.Id);
    }

    [Fact]
    public void TryParse_UnknownMember_IsIgnored() =>
        Assert.True(PolicyDocument.TryParse(Edit("\"mode\"", "\"later\":{\"a\":[1]},\"mode\""), out _));

    [Fact]
    public void TryParse_Oversize_IsRead()
    {
        Assert.True(PolicyDocument.TryParse(Edit("\"rules\"", "\"oversize\":{\"bytes\":2048,\"on\":\"mark\"},\"rules\""), out var document));

        Assert.Equal(new OversizeRule(2048, "mark"), document.Oversize);
    }

    [Theory]
    [InlineData("\"mode\":\"observe\",", "")]
    [InlineData("\"observe\"", "1")]
    [InlineData("\"observe\"", "\"\\ud800\"")]
    [InlineData("\"tenant\":\"acme\"", "\"tenant\":\"a b\"")]
    [InlineData("\"cov\"", "\"cover\"")]
    [InlineData("\"rules\":[\"compliance.*\"]", "\"rules\":\"compliance.*\"")]
    [InlineData("\"rules\":[\"compliance.*\"]", "\"rules\":[\"<script>\"]")]
    [InlineData("\"encryption\":[]", "\"encryption\":null")]
    [InlineData("\"mode\"", "\"oversize\":null,\"mode\"")]
    [InlineData("\"mode\"", "\"oversize\":{\"bytes\":1.5,\"on\":\"warn\"},\"mode\"")]
    [InlineData("\"mode\"", "\"mode\":\"enforce\",\"mode\"")]
    public void TryParse_NotAPolicy_IsRefused(string from, string to) => Assert.False(PolicyDocument.TryParse(Edit(from, to), out _));

    private static ReadOnlyMemory<byte> Edit(string from, string to) =>
        Encoding.UTF8.GetBytes(Document.Replace(from, to, StringComparison.Ordinal));
}
