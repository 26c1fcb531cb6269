using System.Text;
using System.Text.Json.Nodes;
using KmsGateway.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Math;
using Xunit;

namespace KmsGateway.Evidence.Tests.Cryptography;

public sealed class TrustFileTests : IDisposable
{
    private readonly EvidenceFixture _evidence = new();
    private readonly EvidenceFixture _es256 = new(SigningAlgorithm.Es256, SigningAlgorithm.Es256);

    public void Dispose()
    {
        _evidence.Dispose();
        _es256.Dispose();
    }

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

    [Theory]
    [InlineData("5C7564383030")] // \ud800, without its other half
    [InlineData("80")]
    public void Parse_EntryOfTheChainThatIsNotUnicode_RefusesTheFile(string hex)
    {
        var json = _evidence.TrustFileJson().AsSpan();
        var entry = json.IndexOf("\"chain\":[\""u8) + "\"chain\":[\"".Length;

        Assert.Throws<TrustFileException>(() => TrustFile.Parse(Insert(_evidence.TrustFileJson(), entry, hex)));
    }

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
    [InlineData("EdDSA", "ES256")]
    [InlineData("ES256", "EdDSA")]
    [InlineData("ES256", "ES256")]
    public void Parse_KeysOfBothKinds_GivesTheKeysOfTheChain(string rootAlgorithm, string keyAlgorithm)
    {
        using var evidence = new EvidenceFixture(rootAlgorithm, keyAlgorithm);
        var first = evidence.Key.Kid;
        evidence.ChangeAlgorithm();

        var trust = TrustFile.Parse(evidence.TrustFileJson());

        Assert.Equal(rootAlgorithm, trust.Chain.Root.Algorithm);
        Assert.True(trust.Chain.TryFind(first, out var old));
        Assert.Equal((keyAlgorithm, KeyStatus.Retired), (old.Key.Algorithm, old.Status));
        Assert.True(trust.Chain.TryFind(evidence.Key.Kid, out var key));
        Assert.Equal((evidence.Key.Algorithm, KeyStatus.Active), (key.Key.Algorithm, key.Status));
    }

    [Fact]
    public void Write_P256Key_HasTheMembersOfAnEcJwk()
    {
        var json = JsonNode.Parse(_es256.TrustFileJson())!;
        var entry = json["keys"]![0]!.AsObject();
        var point = _es256.Key.PublicKey.Bytes;

        Assert.Equal(["alg", "crv", "kid", "kty", "nbf", "status", "tenant", "use", "x", "y"], entry.Select(member => member.Key));
        Assert.Equal(("ES256", "P-256", "EC"), ((string)entry["alg"]!, (string)entry["crv"]!, (string)entry["kty"]!));
        Assert.Equal(Base64UrlText.Encode(point[1..33]), (string?)entry["x"]);
        Assert.Equal(Base64UrlText.Encode(point[33..]), (string?)entry["y"]);
        Assert.Equal(["crv", "kty", "x", "y"], json["root"]!.AsObject().Select(member => member.Key));
    }

    [Theory]
    [InlineData("x", "")]
    [InlineData("y", null)]
    [InlineData("y", "AQ")]
    [InlineData("y", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE")]
    [InlineData("y", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=")]
    [InlineData("y", 1)]
    [InlineData("crv", "P-384")]
    [InlineData("crv", "secp256k1")]
    [InlineData("crv", "Ed25519")]
    [InlineData("kty", "OKP")]
    [InlineData("kty", "RSA")]
    [InlineData("kty", null)]
    public void Parse_P256KeyThatIsNone_RefusesTheFile(string member, object? value)
    {
        foreach (var owner in new Func<JsonNode, JsonNode>[] { json => json["keys"]![0]!, json => json["root"]! })
        {
            var json = JsonNode.Parse(_es256.TrustFileJson())!;
            owner(json)[member] = JsonValue.Create(value);

            AssertRefused("not an Ed25519 or P-256 public JWK; a file with keys of other kinds needs a newer version", json);
        }
    }

    [Fact]
    public void Parse_AlgAndUseOfAKey_AreNotRead()
    {
        var json = JsonNode.Parse(_es256.TrustFileJson())!;
        json["keys"]![0]!["alg"] = "EdDSA";
        json["keys"]![0]!["use"] = "enc";

        Assert.True(TrustFile.Parse(Encoding.UTF8.GetBytes(json.ToJsonString())).Chain.TryFind(_es256.Key.Kid, out var key));
        Assert.Equal("ES256", key.Key.Algorithm);
    }

    [Fact]
    public void Parse_EntryOfTheChainSignedInDer_RefusesTheFile()
    {
        var json = JsonNode.Parse(_es256.TrustFileJson())!;
        var parts = ((string)json["chain"]![1]!).Split('.');
        Assert.True(Base64UrlText.TryDecode(parts[2], out var signature));
        var der = new DerSequence(
            new DerInteger(new BigInteger(1, signature, 0, 32)), new DerInteger(new BigInteger(1, signature, 32, 32))).GetDerEncoded();
        json["chain"]![1] = $"{parts[0]}.{parts[1]}.{Base64UrlText.Encode(der)}";

        AssertRefused("entry 2 of the chain is not signed by root", json);
    }

    [Fact]
    public void Parse_EntryOfTheChainWithTheOtherAlgorithmInItsHeader_RefusesTheFile()
    {
        var json = JsonNode.Parse(_es256.TrustFileJson())!;
        var parts = ((string)json["chain"]![1]!).Split('.');
        Assert.True(Base64UrlText.TryDecode(parts[0], out var header));
        var changed = Encoding.UTF8.GetString(header).Replace("ES256", "EdDSA", StringComparison.Ordinal);
        var input = $"{Base64UrlText.Encode(Encoding.UTF8.GetBytes(changed))}.{parts[1]}";
        json["chain"]![1] = Jws.Compact(Encoding.ASCII.GetBytes(input), _es256.Root.Sign(Encoding.ASCII.GetBytes(input)));

        AssertRefused("entry 2 of the chain is not signed by root", json);
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

    private static void AssertRefused(string reason, JsonNode json) => Assert.Contains(
        reason,
        Assert.Throws<TrustFileException>(() => TrustFile.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()))).Message,
        StringComparison.Ordinal);

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

    private static byte[] Insert(byte[] json, int at, string hex) => [.. json[..at], .. Convert.FromHexString(hex), .. json[at..]];
}
