using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using Xunit;

namespace KmsGateway.Evidence.Tests.Signing;

public sealed class StatementTests
{
    [Fact]
    public void TryParse_WhatWriteWrote_GivesItBack()
    {
        Assert.True(Statement.TryParse(Write(), out var statement));
        Assert.Equal("acme", statement.Tenant);
    }

    [Theory]
    [InlineData("5C7564383030")] // \ud800, without its other half
    [InlineData("80")]
    public void TryParse_TextThatIsNotUnicode_IsNoStatement(string hex)
    {
        var json = Write();
        var places = Enumerable.Range(1, json.Length - 1).Where(at => json[at - 1] == '"' && char.IsAsciiLetter((char)json[at])).ToList();

        Assert.NotEmpty(places);
        Assert.All(places, at =>
        {
            byte[] broken = [.. json[..at], .. Convert.FromHexString(hex), .. json[at..]];
            Assert.False(Statement.TryParse(broken, out _));
            Assert.False(Statement.IsOfAnotherVersion(broken));
        });
    }

    [Fact]
    public void Write_LargestCoverageAndTenant_StaysWhatStoresKeep()
    {
        var writer = new CanonicalJsonWriter();
        var pattern = new string('p', Coverage.MaxBytes - """{"attr":["*"],"res":[""]}""".Length);
        var coverage = new Coverage(new KeyPatterns(["*"]), new KeyPatterns([pattern]));
        Assert.Equal(Coverage.MaxBytes, coverage.Json.Length);

        Statement.Write(
            writer, coverage, new SpanDigests(), ulong.MaxValue, Base64UrlText.Encode(new byte[16]), new byte[16],
            [.. Enumerable.Repeat((byte)1, 8)], TenantSource.Credential, new string('t', TenantId.MaxLength), [.. Enumerable.Repeat((byte)1, 16)]);

        // docs/format.md, A-4: so nothing has to be checked when a gateway starts.
        Assert.InRange(Base64UrlText.Encode(writer.Written).Length, 1, 1_900);
    }

    private static byte[] Write()
    {
        var writer = new CanonicalJsonWriter();
        var coverage = new Coverage(new KeyPatterns(["*"]), new KeyPatterns(["compliance.*"]));
        Statement.Write(
            writer, coverage, new SpanDigests(), 1, Base64UrlText.Encode(new byte[16]), new byte[16],
            [.. Enumerable.Repeat((byte)1, 8)], TenantSource.Credential, "acme", [.. Enumerable.Repeat((byte)1, 16)]);
        return writer.ToArray();
    }
}
