using System.Globalization;
using System.Text;
using CsCheck;
using KmsGateway.Cryptography;
using Xunit;

namespace KmsGateway.Evidence.Tests.Cryptography;

public sealed class EcmaScriptNumberTests
{
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

    private static string Write(double value)
    {
        var writer = new CanonicalJsonWriter();
        writer.Number(value);
        return Encoding.ASCII.GetString(writer.Written);
    }
}
