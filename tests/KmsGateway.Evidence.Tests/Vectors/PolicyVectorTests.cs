using System.Text;
using System.Text.Json.Nodes;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Signing;
using Xunit;

namespace KmsGateway.Evidence.Tests.Vectors;

public sealed class PolicyVectorTests
{
    public static TheoryData<string> Settings => [.. VectorFile.Names("policy").Where(HasSettings)];

    public static TheoryData<string> Documents => [.. VectorFile.Names("policy").Where(name => !HasSettings(name))];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Policy_OfTheVectorsSettings_IsTheSameDocument(string name)
    {
        var vector = VectorFile.Read("policy", name);
        var settings = vector.Json["settings"]!;

        var policy = new SigningPolicy(
            (string)settings["tenant"]!,
            new ComplianceRules(VectorFile.Patterns(settings["rules"])),
            new Coverage(VectorFile.Patterns(settings["coverage"]!["attr"]), VectorFile.Patterns(settings["coverage"]!["res"])),
            (string)settings["mode"]!,
            new OversizePolicy((int)settings["oversize"]!["bytes"]!, Enum.Parse<OnOversize>((string)settings["oversize"]!["on"]!, ignoreCase: true)));

        Assert.Empty(settings["encryption"]!.AsArray());
        Assert.Equal((string)vector.Expect["document"]!, Encoding.UTF8.GetString(policy.Json.Span));
        Assert.Equal((string)vector.Expect["pol"]!, policy.Id);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void PolicyId_OfTheVectorsDocument_IsItsNameOrNot(string name)
    {
        var vector = VectorFile.Read("policy", name);

        var id = PolicyId.Of(Convert.FromHexString((string)vector.Json["document"]!));

        Assert.Equal((bool)vector.Expect["matches"]!, id == (string)vector.Json["pol"]!);
    }

    private static bool HasSettings(string name) => VectorFile.Read("policy", name).Json["settings"] is JsonNode;
}
