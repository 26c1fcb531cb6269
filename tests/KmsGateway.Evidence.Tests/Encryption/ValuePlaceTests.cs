using System.Text;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using Xunit;

namespace KmsGateway.Evidence.Tests.Encryption;

public sealed class ValuePlaceTests
{
    [Fact]
    public void Json_OneAttributeAfterTheOther_IsTheArrayOfTheFormat()
    {
        var place = new ValuePlace();
        place.SetSpan("acme", [0x5b, 0x8e], []);

        place.SetAttribute(AttributeScope.Event, "pii.a"u8);
        Assert.Equal("""["acme","5b8e","","event","pii.a"]""", Encoding.UTF8.GetString(place.Json));
        place.SetAttribute(AttributeScope.Span, "a\"b"u8, ".0"u8);
        Assert.Equal("""["acme","5b8e","","span","a\"b.0"]""", Encoding.UTF8.GetString(place.Json));
        place.SetAttribute(AttributeScope.Link, [(byte)'"', 0xFF]);
        Assert.Equal("[\"acme\",\"5b8e\",\"\",\"link\",\"\\\"\u00ff\"]", Encoding.Latin1.GetString(place.Json));
    }
}
