using System.Text.Json.Nodes;
using KmsGateway.Cryptography;
using Xunit;

namespace KmsGateway.Evidence.Tests.Vectors;

/// <summary>The keys of tests/vectors/keys.json: public, so good for nothing but tests.</summary>
internal static class VectorKeys
{
    public static SigningKey Load(string name)
    {
        var keys = JsonNode.Parse(File.ReadAllText(Path.Combine(VectorFile.Root, "keys.json")))!["keys"]!;
        var key = keys[name]!["d"] is { } scalar
            ? SigningKey.FromScalar(Convert.FromHexString((string)scalar!))
            : SigningKey.FromSeed(Convert.FromHexString((string)keys[name]!["seed"]!));
        Assert.Equal((string)keys[name]!["kid"]!, key.Kid);
        return key;
    }
}
