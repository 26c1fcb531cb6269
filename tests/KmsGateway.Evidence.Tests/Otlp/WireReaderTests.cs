using KmsGateway.Evidence.Otlp;
using Xunit;

namespace KmsGateway.Evidence.Tests.Otlp;

public sealed class WireReaderTests
{
    [Theory]
    [InlineData("08", "varint without a value")]
    [InlineData("80", "tag that ends in the middle")]
    [InlineData("0A05AABB", "length beyond the message")]
    [InlineData("0AFFFFFFFFFFFFFFFFFF01", "length of 64 bits")]
    [InlineData("0880808080808080808002", "varint over 64 bits")]
    [InlineData("088080808080808080808001", "varint of 11 bytes")]
    [InlineData("80808080801001", "tag over 32 bits")]
    [InlineData("0001", "field number 0")]
    [InlineData("0E", "wire type 6")]
    [InlineData("0F", "wire type 7")]
    [InlineData("0C", "end of a group that did not begin")]
    [InlineData("0B", "group that does not end")]
    [InlineData("0B14", "group that another ends")]
    [InlineData("0B130C14", "groups that cross")]
    [InlineData("09AABBCC", "fixed64 cut short")]
    [InlineData("0DAABB", "fixed32 cut short")]
    public void Read_Malformed_SaysSo(string hex, string what)
    {
        var reader = new WireReader(Convert.FromHexString(hex));
        while (reader.Read())
        {
        }

        Assert.True(reader.IsMalformed, what);
    }

    [Theory]
    [InlineData("0A828000AABB", 1, "AABB")]
    [InlineData("8A80808000" + "02AABB", 1, "AABB")]
    public void Read_PaddedVarints_AreTaken(string hex, int field, string value)
    {
        var reader = new WireReader(Convert.FromHexString(hex));

        Assert.True(reader.Read());
        Assert.Equal((field, value), (reader.Field, Convert.ToHexString(reader.Value)));
        Assert.False(reader.Read());
        Assert.False(reader.IsMalformed);
    }

    [Fact]
    public void Read_GroupsNestedTooDeep_AreMalformed()
    {
        var deep = Enumerable.Repeat((byte)0x0B, 101).Concat(Enumerable.Repeat((byte)0x0C, 101)).ToArray();
        var allowed = Enumerable.Repeat((byte)0x0B, 100).Concat(Enumerable.Repeat((byte)0x0C, 100)).ToArray();

        Assert.True(IsMalformed(deep));
        Assert.False(IsMalformed(allowed));
    }

    private static bool IsMalformed(byte[] message)
    {
        var reader = new WireReader(message);
        while (reader.Read())
        {
        }

        return reader.IsMalformed;
    }
}
