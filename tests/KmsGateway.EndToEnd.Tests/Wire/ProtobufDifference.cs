using KmsGateway.Evidence.Otlp;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Wire;

/// <summary>
/// Compares a request with what became of it on the way. All that may differ are attributes of ours at the end of a span, and the lengths
/// of the messages around them.
/// </summary>
internal static class ProtobufDifference
{
    private static readonly int[] WayToSpan =
        [TraceFields.RequestResourceSpans, TraceFields.ResourceSpansScopeSpans, TraceFields.ScopeSpansSpans];

    /// <summary>Fails the test at the first other difference. Returns how many spans were given attributes.</summary>
    public static int AssertOnlySigned(ReadOnlySpan<byte> sent, ReadOnlySpan<byte> received) => Compare(sent, received, level: 0);

    private static int Compare(ReadOnlySpan<byte> sent, ReadOnlySpan<byte> received, int level)
    {
        var before = new WireReader(sent);
        var after = new WireReader(received);
        var signed = 0;
        while (before.Read())
        {
            Assert.True(after.Read(), $"Field {before.Field} at level {level} is lost.");
            if (sent[before.TagStart..before.ValueEnd].SequenceEqual(received[after.TagStart..after.ValueEnd]))
            {
                continue;
            }

            Assert.True(level < WayToSpan.Length && before.Field == WayToSpan[level], $"Field {before.Field} at level {level} is changed.");
            Assert.Equal(sent[before.TagStart..before.LengthStart], received[after.TagStart..after.LengthStart]);
            var inside = Compare(before.Value, after.Value, level + 1);
            Assert.True(inside > 0, $"The length of field {before.Field} at level {level} is written anew for nothing.");
            signed += inside;
        }

        Assert.False(before.IsMalformed, "What was sent is no protobuf.");
        return signed + (level == WayToSpan.Length ? AssertOurs(ref after) : AssertEnd(ref after));
    }

    private static int AssertEnd(ref WireReader reader)
    {
        Assert.False(reader.Read(), $"Field {reader.Field} is added outside a span.");
        Assert.False(reader.IsMalformed);
        return 0;
    }

    private static int AssertOurs(ref WireReader reader)
    {
        var added = 0;
        while (reader.Read())
        {
            Assert.Equal(TraceFields.SpanAttributes, reader.Field);
            var attribute = reader.Message;
            Assert.True(attribute.Read() && attribute.Field == TraceFields.KeyValueKey);
            Assert.True(attribute.Value.StartsWith("audit.integrity."u8), "An attribute that is not ours is added.");
            added++;
        }

        Assert.False(reader.IsMalformed);
        return added > 0 ? 1 : 0;
    }
}
