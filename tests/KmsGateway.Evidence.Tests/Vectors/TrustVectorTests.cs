using System.Text;
using KmsGateway.Cryptography;
using Xunit;

namespace KmsGateway.Evidence.Tests.Vectors;

public sealed class TrustVectorTests
{
    public static TheoryData<string> Vectors => [.. VectorFile.Names("trust").Where(IsCase)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Parse_FileOfTheVector_IsAcceptedOrRefusedAlike(string name)
    {
        var vector = VectorFile.Read("trust", name);
        var text = (string)vector.Json["trust"]!;
        var file = text.StartsWith('{') || !text.EndsWith(".json", StringComparison.Ordinal)
            ? Encoding.UTF8.GetBytes(text)
            : File.ReadAllBytes(Path.Combine(VectorFile.Root, text));

        var accepted = Accepts(file, (string?)vector.Json["root"]);

        Assert.Equal((bool)vector.Expect["accepted"]!, accepted);
    }

    private static bool IsCase(string name) => name.EndsWith(".case.json", StringComparison.Ordinal);

    private static bool Accepts(byte[] file, string? root)
    {
        try
        {
            var trust = TrustFile.Parse(file);
            return root is null || trust.Chain.Root.Kid == root;
        }
        catch (TrustFileException)
        {
            return false;
        }
    }
}
