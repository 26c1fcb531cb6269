using KmsGateway.Cryptography;
using Xunit;

namespace KmsGateway.Evidence.Tests.Vectors;

public sealed class SignatureVectorTests
{
    public static TheoryData<string, string> Vectors
    {
        get
        {
            var vectors = new TheoryData<string, string>();
            foreach (var folder in (string[])["ed25519", "es256"])
            {
                vectors.AddRange([.. VectorFile.Names(folder).Select(name => (folder, name))]);
            }

            return vectors;
        }
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Verify_SignatureOfTheVector_IsValidOrNotAlike(string folder, string name)
    {
        var vector = VectorFile.Read(folder, name);
        var publicKey = Convert.FromHexString((string)vector.Json["public_key"]!);

        // The vectors have the coordinates alone; SEC 1 puts 04 before them.
        var valid = VerificationKey.TryImport(folder == "es256" ? [4, .. publicKey] : publicKey, out var key)
            && key.Verify(Convert.FromHexString((string)vector.Json["message"]!), Convert.FromHexString((string)vector.Json["signature"]!));

        Assert.Equal((bool)vector.Expect["valid"]!, valid);
    }
}
