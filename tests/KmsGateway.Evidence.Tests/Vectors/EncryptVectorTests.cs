using System.Text;
using System.Text.Json.Nodes;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using Xunit;

namespace KmsGateway.Evidence.Tests.Vectors;

public sealed class EncryptVectorTests
{
    public static TheoryData<string> Vectors => [.. VectorFile.Names("encrypt")];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Encrypt_InputOfTheVector_GivesWhatTheSecondImplementationGives(string name)
    {
        var vector = VectorFile.Read("encrypt", name);

        var result = VectorEncryption.Of(vector);

        Assert.Equal(vector.IsUndecodable, result.Error != OtlpError.None);
        if (vector.IsUndecodable)
        {
            return;
        }

        var expected = VectorFile.Bytes(vector.Expect["output"]!);
        Assert.Equal(Text(vector.Encoding, expected), Text(vector.Encoding, result.Output));
        if (!(bool)vector.Json["settings"]!["withhold"]!)
        {
            AssertIssues(vector.Expect["issues"]?.AsObject() ?? [], result.Issues);
            AssertValues(vector);
        }
    }

    private static string Text(ITraceEncoding encoding, byte[] body) =>
        encoding is JsonTraceEncoding ? Encoding.Latin1.GetString(body) : Convert.ToHexString(body);

    private static void AssertIssues(JsonObject expected, IReadOnlyDictionary<int, SpanIssues> issues)
    {
        var found = issues.Where(pair => pair.Value != SpanIssues.None).ToDictionary(
            pair => pair.Key.ToString(System.Globalization.CultureInfo.InvariantCulture),
            pair => Enum.GetValues<SpanIssues>().Where(issue => issue != SpanIssues.None && pair.Value.HasFlag(issue)).Select(UnsignableReason.Of));
        Assert.Equal(expected.Select(pair => pair.Key).Order(), found.Keys.Order());
        foreach (var (span, reasons) in expected)
        {
            Assert.Equal(reasons!.AsArray().Select(reason => (string)reason!), found[span]);
        }
    }

    // The output has the values; that they are of this plaintext at this place, the cipher itself says.
    private static void AssertValues(VectorFile vector)
    {
        if (vector.Json["secrets"] is not { } secrets)
        {
            return;
        }

        using var seed = VectorEncryption.Seed(secrets, vector.Json["settings"]!["tenant"]!);
        using var decryptor = new ValueDecryptor(seed);
        foreach (var expected in vector.Expect["values"]!.AsArray())
        {
            Assert.True(EncryptedValue.TryParse(Encoding.ASCII.GetBytes((string)expected!["value"]!), out var value));
            var plaintext = new byte[value.PlaintextLength];
            Assert.True(decryptor.TryDecrypt(value, Bytes(expected["aad"]!), plaintext));
            Assert.Equal((string)expected["plaintext"]!, Convert.ToHexStringLower(plaintext));
        }
    }

    private static byte[] Bytes(JsonNode text) => text is JsonObject hex
        ? Convert.FromHexString((string)hex["hex"]!)
        : Encoding.UTF8.GetBytes((string)text!);
}
