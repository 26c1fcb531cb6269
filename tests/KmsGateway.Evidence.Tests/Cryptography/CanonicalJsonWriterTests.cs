using System.Text;
using CsCheck;
using KmsGateway.Cryptography;
using Xunit;

namespace KmsGateway.Evidence.Tests.Cryptography;

public sealed class CanonicalJsonWriterTests
{
    [Fact]
    public void String_WithEveryKindOfCharacter_EscapesOnlyWhatJcsEscapes()
    {
        var writer = new CanonicalJsonWriter();

        writer.String("\"\\/\b\t\n\f\r\0\u001f\u007f\u2028<é🚀");

        Assert.Equal("\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\u2028<é🚀\"", Encoding.UTF8.GetString(writer.Written));
    }

    [Fact]
    public void Members_NestedAndEmpty_HaveCommasWhereTheyBelong()
    {
        var writer = new CanonicalJsonWriter();

        writer.BeginObject();
        writer.Name("a"u8);
        writer.BeginArray();
        writer.Integer(-1);
        writer.Null();
        writer.BeginObject();
        writer.EndObject();
        writer.String("x");
        writer.EndArray();
        writer.Name("b"u8);
        writer.Boolean(value: true);
        writer.Name("c"u8);
        writer.IntegerString(ulong.MaxValue);
        writer.EndObject();

        Assert.Equal("""{"a":[-1,null,{},"x"],"b":true,"c":"18446744073709551615"}""", Encoding.UTF8.GetString(writer.Written));
    }

    [Fact]
    public void Members_SampleOfRfc8785Section322_AreWrittenAlike()
    {
        var writer = new CanonicalJsonWriter();

        writer.BeginObject();
        writer.Name("literals"u8);
        writer.BeginArray();
        writer.Null();
        writer.Boolean(value: true);
        writer.Boolean(value: false);
        writer.EndArray();
        writer.Name("numbers"u8);
        writer.BeginArray();
        foreach (var number in (double[])[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001])
        {
            writer.Number(number);
        }

        writer.EndArray();
        writer.Name("string"u8);
        writer.String("\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/");
        writer.EndObject();

        Assert.Equal(
            """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""",
            Encoding.UTF8.GetString(writer.Written));
    }

    [Fact]
    public void Compare_SampleOfRfc8785Section323_SortsAlike()
    {
        string[] names = ["\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6"];

        Array.Sort(names, (left, right) => CanonicalJsonOrder.Compare(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right)));

        Assert.Equal(["\r", "1", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"], names);
    }

    [Fact]
    public void Compare_AstralAgainstHighBmp_IsByUtf16CodeUnits()
    {
        Assert.True(CanonicalJsonOrder.Compare("🚀"u8, "\uFB33"u8) < 0);
        Assert.True(CanonicalJsonOrder.Compare("\uD7FF"u8, "🚀"u8) < 0);
        Assert.True(CanonicalJsonOrder.Compare("a"u8, "ab"u8) < 0);
        Assert.Equal(0, CanonicalJsonOrder.Compare("é"u8, "é"u8));
    }

    [Fact]
    public void Compare_AnyTwoTexts_AgreesWithOrdinalComparisonOfUtf16()
    {
        var text = Gen.OneOf(
            Gen.Char['a', 'c'].Select(character => character.ToString()),
            Gen.Char['\uD7F0', '\uD7FF'].Select(character => character.ToString()),
            Gen.Char['\uE000', '\uFFFD'].Select(character => character.ToString()),
            Gen.Int[0x10000, 0x10FFFF].Select(char.ConvertFromUtf32)).Array[0, 5].Select(string.Concat);

        Gen.Select(text, text).Sample(
            (left, right) => Math.Sign(CanonicalJsonOrder.Compare(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right)))
                == Math.Sign(string.CompareOrdinal(left, right)),
            iter: 20_000);
    }
}
