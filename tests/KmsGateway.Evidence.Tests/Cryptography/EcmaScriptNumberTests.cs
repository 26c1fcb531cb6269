using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using KmsGateway.Cryptography;
using Xunit;

namespace KmsGateway.Evidence.Tests.Cryptography;

public sealed class EcmaScriptNumberTests
{
    private static readonly Dictionary<string, string> ReferenceHashes = new()
    {
        ["1000"] = "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687",
        ["10000"] = "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892",
        ["100000"] = "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7",
        ["1000000"] = "49415fee2c56c77864931bd3624faad425c3c577d6d74e89a83bc725506dad16",
        ["10000000"] = "b9f8a44a91d46813b21b9602e72f112613c91408db0b8341fb94603d9db135e0",
        ["100000000"] = "0f7dda6b0837dde083c5d6b896f7d62340c8a2415b0c7121d83145e08a755272",
    };

    // The samples of RFC 8785 appendix B, as bits of the double, and what separates the three layouts.
    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void Number_SampleOfRfc8785_IsLaidOutAlike(ulong bits, string expected) =>
        Assert.Equal(expected, Write(BitConverter.UInt64BitsToDouble(bits)));

    [Theory]
    [InlineData(1, "1")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(100, "100")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(1.25e-6, "0.00000125")]
    [InlineData(1e-7, "1e-7")]
    [InlineData(123456789012345680000.0, "123456789012345680000")]
    public void Number_EachLayout_IsEcmaScripts(double value, string expected) => Assert.Equal(expected, Write(value));

    [Fact]
    public void Number_Any_ReadsBackAsTheSameBits() =>
        Gen.Double.Where(double.IsFinite).Where(value => value != 0).Sample(
            value => BitConverter.DoubleToInt64Bits(double.Parse(Write(value), CultureInfo.InvariantCulture))
                == BitConverter.DoubleToInt64Bits(value),
            iter: 20_000);

    /// <summary>
    /// The file that RFC 8785 appendix B names has 100 million lines, and published hashes of its beginnings: who makes it himself and gets the hash
    /// has laid out every number as ECMAScript does. <c>KMSGATEWAY_TESTS_ES6_NUMBERS=100000000</c> makes all of it, which takes minutes.
    /// </summary>
    [Fact]
    public void Number_LinesOfTheReferenceFile_HaveItsHash()
    {
        var lines = Environment.GetEnvironmentVariable("KMSGATEWAY_TESTS_ES6_NUMBERS") ?? "1000000";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var writer = new CanonicalJsonWriter();
        var line = new byte[64];
        foreach (var bits in Es6Numbers.Bits().Take(int.Parse(lines, CultureInfo.InvariantCulture)))
        {
            writer.Reset();
            writer.Number(BitConverter.UInt64BitsToDouble(bits));
            bits.TryFormat(line, out var length, "x", CultureInfo.InvariantCulture);
            line[length++] = (byte)',';
            writer.Written.CopyTo(line.AsSpan(length));
            length += writer.Length;
            line[length++] = (byte)'\n';
            hash.AppendData(line.AsSpan(0, length));
        }

        var published = ReferenceHashes.TryGetValue(lines, out var known) ? known : $"a published hash of {lines} lines";
        Assert.Equal(published, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static string Write(double value)
    {
        var writer = new CanonicalJsonWriter();
        writer.Number(value);
        return Encoding.ASCII.GetString(writer.Written);
    }
}
