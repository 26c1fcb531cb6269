using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace KmsGateway.Evidence.Tests.Properties;

/// <summary>
/// Takes away what no signature covers (docs/format.md, G-14) before the generated types read a request: they want valid texts and numbers in range there, too.
/// </summary>
internal static class Uncovered
{
    private static readonly Dictionary<MessageDescriptor, int[]> Fields = new()
    {
        [ResourceSpans.Descriptor] = [ResourceSpans.SchemaUrlFieldNumber],
        [Resource.Descriptor] = [Resource.DroppedAttributesCountFieldNumber, Resource.EntityRefsFieldNumber],
        [ScopeSpans.Descriptor] = [ScopeSpans.SchemaUrlFieldNumber],
        [InstrumentationScope.Descriptor] = [InstrumentationScope.AttributesFieldNumber, InstrumentationScope.DroppedAttributesCountFieldNumber],
        [Span.Descriptor] =
        [
            Span.TraceStateFieldNumber, Span.FlagsFieldNumber, Span.DroppedAttributesCountFieldNumber, Span.DroppedEventsCountFieldNumber,
            Span.DroppedLinksCountFieldNumber,
        ],
        [Span.Types.Event.Descriptor] = [Span.Types.Event.DroppedAttributesCountFieldNumber],
        [Span.Types.Link.Descriptor] =
            [Span.Types.Link.TraceStateFieldNumber, Span.Types.Link.DroppedAttributesCountFieldNumber, Span.Types.Link.FlagsFieldNumber],
    };

    private static readonly string[] Members =
        ["schemaUrl", "traceState", "flags", "entityRefs", "droppedAttributesCount", "droppedEventsCount", "droppedLinksCount"];

    public static byte[] Remove(byte[] message, MessageDescriptor type)
    {
        using var result = new MemoryStream();
        var output = new CodedOutputStream(result);
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag && tag != 0)
        {
            var field = type.FindFieldByNumber(WireFormat.GetTagFieldNumber(tag));
            if (field is null || Fields.GetValueOrDefault(type, []).Contains(field.FieldNumber))
            {
                input.SkipLastField();
                continue;
            }

            output.WriteTag(tag);
            Copy(input, output, WireFormat.GetTagWireType(tag), field);
        }

        output.Flush();
        return result.ToArray();
    }

    public static JsonNode Remove(JsonNode request)
    {
        RemoveFrom(request, "");
        return request;
    }

    private static void Copy(CodedInputStream input, CodedOutputStream output, WireFormat.WireType type, FieldDescriptor field)
    {
        switch (type)
        {
            case WireFormat.WireType.Varint:
                output.WriteUInt64(input.ReadUInt64());
                break;
            case WireFormat.WireType.Fixed64:
                output.WriteFixed64(input.ReadFixed64());
                break;
            case WireFormat.WireType.Fixed32:
                output.WriteFixed32(input.ReadFixed32());
                break;
            default:
                var value = input.ReadBytes();
                output.WriteBytes(field.FieldType == FieldType.Message ? ByteString.CopyFrom(Remove(value.ToByteArray(), field.MessageType)) : value);
                break;
        }
    }

    private static void RemoveFrom(JsonNode? node, string name)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var uncovered in name == "scope" ? [.. Members, "attributes"] : Members)
                {
                    members.Remove(uncovered);
                }

                foreach (var (memberName, member) in members)
                {
                    RemoveFrom(member, memberName);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    RemoveFrom(item, name);
                }

                break;
        }
    }
}
