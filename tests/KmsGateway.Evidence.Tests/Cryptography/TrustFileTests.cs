using System.Text;
using System.Text.Json.Nodes;
using KmsGateway.Cryptography;
using Xunit;

namespace KmsGateway.Evidence.Tests.Cryptography;

public sealed class TrustFileTests : IDisposable
{
    private readonly EvidenceFixture _evidence = new();

    public void Dispose() => _evidence.Dispose();

    [Fact]
    public void Parse_WhatWriteWrote_GivesTheKeysOfTheChain()
    {
        var trust = TrustFile.Parse(_evidence.TrustFileJson());

        Assert.Equal(_evidence.Root.Kid, trust.Chain.Root.Kid);
        Assert.True(trust.Chain.TryFind(_evidence.Key.Kid, out var key));
        Assert.Equal((EvidenceFixture.Tenant, KeyStatus.Active), (key.Tenant, key.Status));
    }

    [Fact]
    public void Parse_KeyWithoutEntryInTheChain_IsIgnored()
    {
        using var stranger = SigningKey.FromSeed(Enumerable.Repeat((byte)77, 32).ToArray());
        var file = Edit(json => json["keys"]!.AsArray().Add(Jwk(stranger)));

        Assert.False(TrustFile.Parse(file).Chain.TryFind(stranger.Kid, out _));
    }

    [Fact]
    public void Parse_KeyThatSaysMoreThanTheChain_RefusesTheFile() =>
        AssertRefused("what 'keys' says", json => json["keys"]![0]!["tenant"] = "globex");

    [Fact]
    public void Parse_KeyOfTheChainLeftOut_RefusesTheFile() => AssertRefused("missing in 'keys'", json => json["keys"]!.AsArray().Clear());

    [Fact]
    public void Parse_KeyListedTwice_RefusesTheFile() =>
        AssertRefused("listed twice", json => json["keys"]!.AsArray().Add(json["keys"]![0]!.DeepClone()));

    [Fact]
    public void Parse_KidThatIsNotTheThumbprint_RefusesTheFile() =>
        AssertRefused("thumbprint", json => json["keys"]![0]!["kid"] = _evidence.Root.Kid);

    [Fact]
    public void Parse_SymmetricKey_RefusesTheFile() => AssertRefused("not an Ed25519", json => json["keys"]![0]!["kty"] = "oct");

    [Fact]
    public void Parse_LastEntryOfTheChainCutOff_RefusesTheFile() => AssertRefused("entries are missing", json =>
    {
        json["chain"]!.AsArray().RemoveAt(1);
        json["keys"]![0]!["status"] = "published";
    });

    [Fact]
    public void Parse_EntriesSwapped_RefusesTheFile() => AssertRefused("does not follow", json =>
    {
        var first = json["chain"]![0]!.DeepClone();
        json["chain"]!.AsArray().RemoveAt(0);
        json["chain"]!.AsArray().Add(first);
    });

    [Fact]
    public void Parse_AnotherRoot_RefusesTheFile()
    {
        using var stranger = SigningKey.FromSeed(Enumerable.Repeat((byte)78, 32).ToArray());

        AssertRefused("not signed by root", json => json["root"]!["x"] = Base64UrlText.Encode(stranger.PublicKey.Bytes));
    }

    [Fact]
    public void Parse_RepeatedMember_RefusesTheFile()
    {
        var json = Encoding.UTF8.GetString(_evidence.TrustFileJson());

        Assert.Throws<TrustFileException>(() => TrustFile.Parse(Encoding.UTF8.GetBytes(json.Insert(1, "\"keys\":[],"))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("not json")]
    public void Parse_SomethingElse_RefusesTheFile(string text) =>
        Assert.Throws<TrustFileException>(() => TrustFile.Parse(Encoding.UTF8.GetBytes(text)));

    private void AssertRefused(string reason, Action<JsonNode> change) =>
        Assert.Contains(reason, Assert.Throws<TrustFileException>(() => TrustFile.Parse(Edit(change))).Message, StringComparison.Ordinal);

    private byte[] Edit(Action<JsonNode> change)
    {
        var json = JsonNode.Parse(_evidence.TrustFileJson())!;
        change(json);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private static JsonObject Jwk(SigningKey key) => new()
    {
        ["alg"] = "EdDSA",
        ["crv"] = "Ed25519",
        ["kid"] = key.Kid,
        ["kty"] = "OKP",
        ["nbf"] = "0",
        ["status"] = "active",
        ["tenant"] = EvidenceFixture.Tenant,
        ["use"] = "sig",
        ["x"] = Base64UrlText.Encode(key.PublicKey.Bytes),
    };
}
