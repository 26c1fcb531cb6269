using KmsGateway.Cryptography;
using Xunit;

namespace KmsGateway.Evidence.Tests.Vectors;

public sealed class Ed25519VectorTests
{
    public static TheoryData<string> Vectors => [.. VectorFile.Names("ed25519")];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Verify_SignatureOfTheVector_IsValidOrNotAlike(string name)
    {
        var vector = VectorFile.Read("ed25519", name);

        var valid = VerificationKey.TryImport(Convert.FromHexString((string)vector.Json["public_key"]!), out var key)
            && key.Verify(Convert.FromHexString((string)vector.Json["message"]!), Convert.FromHexString((string)vector.Json["signature"]!));

        Assert.Equal((bool)vector.Expect["valid"]!, valid);
    }
}
