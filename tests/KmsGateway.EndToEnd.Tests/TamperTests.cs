using System.Text.Json.Nodes;
using KmsGateway.EndToEnd.Tests.Evidence;
using Xunit;
using static KmsGateway.EndToEnd.Tests.Evidence.SignedRequest;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>Whoever changes one thing of a stored span is found out, and the verifier says which part was changed.</summary>
public sealed class TamperTests(SignedLine signed)
{
    private const int Verified = 0;
    private const int Failed = 1;
    private const int Unverifiable = 4;

    private const string OtherTraceId = "0102030405060708090a0b0c0d0e0f10";
    private const string OtherSpanId = "0102030405060708";

    private static readonly Dictionary<string, Action<SignedRequest>> Core = new()
    {
        ["trace id"] = r => r.Span["traceId"] = OtherTraceId,
        ["span id"] = r => r.Span["spanId"] = OtherSpanId,
        ["parent id"] = r => r.Span["parentSpanId"] = OtherSpanId,
        ["parent removed"] = r => r.Span.Remove("parentSpanId"),
        ["name"] = r => r.Span["name"] = "payment.approvE",
        ["kind"] = r => r.Span["kind"] = 3,
        ["start"] = r => r.Span["startTimeUnixNano"] = "1767323045006007009",
        ["end"] = r => r.Span["endTimeUnixNano"] = "1767323045006007010",
        ["status code"] = r => r.Status["code"] = 1,
        ["status message"] = r => r.Status["message"] = "",
        ["status removed"] = r => r.Span.Remove("status"),
    };

    private static readonly Dictionary<string, Action<SignedRequest>> Attributes = new()
    {
        ["text, one character"] = r => Value(r.Span, "text")["stringValue"] = "plaim",
        ["text, normalised"] = r => Value(r.Span, "text.unicode")["stringValue"] =
            Value(r.Span, "text.unicode")["stringValue"]!.GetValue<string>().Replace("e\u0301", "\u00e9", StringComparison.Ordinal),
        ["compliance attribute"] = r => Value(r.Span, "compliance.framework")["stringValue"] = "PCI",
        ["bool"] = r => Value(r.Span, "bool.true")["boolValue"] = false,
        ["int"] = r => Value(r.Span, "int.negative")["intValue"] = "1",
        ["int, beyond what a double tells apart"] = r => Value(r.Span, "int.beyond.double")["intValue"] = "9007199254740992",
        ["int to text"] = r => Replace(r.Span, "int.zero", new JsonObject { ["stringValue"] = "0" }),
        ["int to double"] = r => Replace(r.Span, "int.zero", new JsonObject { ["doubleValue"] = 0 }),
        ["double"] = r => Value(r.Span, "double.fraction")["doubleValue"] = 0.2,
        ["double, sign of zero"] = r => Value(r.Span, "double.negative.zero")["doubleValue"] = 0,
        ["double, infinity"] = r => Value(r.Span, "double.infinity")["doubleValue"] = "-Infinity",
        ["bytes"] = r => Value(r.Span, "bytes")["bytesValue"] = "AAF/gP4=",
        ["bytes to text"] = r => Replace(r.Span, "bytes.empty", new JsonObject { ["stringValue"] = "" }),
        ["array element"] = r => List(Value(r.Span, "array")["arrayValue"]!.AsObject(), "values")[0]!["stringValue"] = "b",
        ["array order"] = r => Reverse(List(Value(r.Span, "array")["arrayValue"]!.AsObject(), "values")),
        ["array shortened"] = r => List(Value(r.Span, "array")["arrayValue"]!.AsObject(), "values").RemoveAt(4),
        ["map value"] = r => List(Value(r.Span, "map")["kvlistValue"]!.AsObject(), "values")[0]!["value"] =
            new JsonObject { ["intValue"] = "2" },
        ["map key"] = r => List(Value(r.Span, "map")["kvlistValue"]!.AsObject(), "values")[0]!["key"] = "y",
        ["value set where none was"] = r => Replace(r.Span, "unset", new JsonObject { ["stringValue"] = "" }),
        ["key"] = r => Attribute(r.Span, "text")["key"] = "texts",
        ["attribute added"] = r => Add(r.Span, "added", "later"),
        ["attribute removed"] = r => Remove(r.Span, "text.empty"),
        ["compliance attribute removed"] = r => Remove(r.Span, "compliance.control"),
        ["all compliance attributes removed"] = r =>
        {
            Remove(r.Span, "compliance.framework");
            Remove(r.Span, "compliance.control");
        },
        ["attribute repeated"] = r => Add(r.Span, "text", "plain"),
    };

    private static readonly Dictionary<string, Action<SignedRequest>> Events = new()
    {
        ["name"] = r => r.Event(0)["name"] = "approved",
        ["time"] = r => r.Event(0)["timeUnixNano"] = "1",
        ["attribute"] = r => Value(r.Event(0), "rule")["stringValue"] = "two-eyes",
        ["attribute added"] = r => Add(r.Event(0), "added", "later"),
        ["attribute removed"] = r => Remove(r.Event(0), "attempt"),
        ["removed"] = r => List(r.Span, "events").RemoveAt(1),
        ["all removed"] = r => r.Span.Remove("events"),
        ["order"] = r => Reverse(List(r.Span, "events")),
    };

    private static readonly Dictionary<string, Action<SignedRequest>> Links = new()
    {
        ["trace id"] = r => r.Link(0)["traceId"] = OtherTraceId,
        ["span id"] = r => r.Link(0)["spanId"] = OtherSpanId,
        ["attribute"] = r => Value(r.Link(0), "relation")["stringValue"] = "follows",
        ["removed"] = r => List(r.Span, "links").RemoveAt(1),
        ["order"] = r => Reverse(List(r.Span, "links")),
    };

    private static readonly Dictionary<string, Action<SignedRequest>> Resources = new()
    {
        ["service name"] = r => Value(r.Resource, "service.name")["stringValue"] = "shop-2",
        ["compliance attribute"] = r => Value(r.Resource, "compliance.environment")["stringValue"] = "test",
        ["compliance attribute added"] = r => Add(r.Resource, "compliance.added", "later"),
        ["compliance attribute removed"] = r => Remove(r.Resource, "compliance.environment"),
        ["scope name"] = r => r.Scope["name"] = "other",
        ["scope version"] = r => r.Scope["version"] = "1.2.4",
        ["scope removed"] = r => r.ScopeSpans.Remove("scope"),
    };

    private static readonly Dictionary<string, Dictionary<string, Action<SignedRequest>>> Groups = new()
    {
        ["core"] = Core,
        ["attr"] = Attributes,
        ["ev"] = Events,
        ["lnk"] = Links,
        ["res"] = Resources,
    };

    // What collectors and stores do to spans without changing what they say, and what the signature leaves out.
    private static readonly Dictionary<string, Action<SignedRequest>> Harmless = new()
    {
        ["nothing"] = _ => { },
        ["attributes reordered"] = r => Reverse(List(r.Span, "attributes")),
        ["map reordered"] = r => Reverse(List(Value(r.Span, "map")["kvlistValue"]!.AsObject(), "values")),
        ["resource attributes reordered"] = r => Reverse(List(r.Resource, "attributes")),
        ["resource attribute added"] = r => Add(r.Resource, "k8s.pod.name", "shop-1"),
        ["resource attribute outside the coverage"] = r => Value(r.Resource, "host.name")["stringValue"] = "other",
        ["scope attributes"] = r => r.Scope.Remove("attributes"),
        ["trace state"] = r => r.Span["traceState"] = "ot=th:8",
        ["flags"] = r => r.Span.Remove("flags"),
        ["dropped counts"] = r => r.Span.Remove("droppedAttributesCount"),
        ["schema url"] = r => r.ScopeSpans.Remove("schemaUrl"),
        ["ids in upper case"] = r => r.Span["traceId"] = r.Span["traceId"]!.GetValue<string>().ToUpperInvariant(),
        ["int as a number"] = r => Value(r.Span, "int.negative")["intValue"] = -1,
        ["unknown member"] = r => r.Span["zzUnknown"] = true,
    };

    public static TheoryData<string, string> Alterations { get; } =
        [.. Groups.SelectMany(group => group.Value.Keys.Select(change => (group.Key, change)))];

    public static TheoryData<string> HarmlessChanges { get; } = [.. Harmless.Keys];

    [Theory]
    [MemberData(nameof(Alterations))]
    public async Task Verify_OneThingChanged_NamesTheGroup(string group, string change)
    {
        var verification = await signed.VerifyAsync(Groups[group][change]);

        Assert.Equal([$"altered:{group}"], verification.Verdicts);
        Assert.Equal(Failed, verification.ExitCode);
    }

    [Theory]
    [MemberData(nameof(HarmlessChanges))]
    public async Task Verify_NothingCoveredChanged_IsVerified(string change)
    {
        var verification = await signed.VerifyAsync(Harmless[change]);

        Assert.Equal(["verified"], verification.Verdicts);
        Assert.Equal(Verified, verification.ExitCode);
    }

    [Fact]
    public async Task Verify_SignatureChanged_IsBadSignature()
    {
        var verification = await signed.VerifyAsync(r =>
        {
            var value = Value(r.Span, "audit.integrity.value");
            var signature = Convert.FromBase64String(value["stringValue"]!.GetValue<string>());
            signature[0] ^= 1;
            value["stringValue"] = Convert.ToBase64String(signature);
        });

        Assert.Equal(["bad-signature"], verification.Verdicts);
        Assert.Equal(Failed, verification.ExitCode);
    }

    [Theory]
    [InlineData("audit.integrity.canonicalization")]
    [InlineData("audit.integrity.algorithm")]
    [InlineData("audit.integrity.key_id")]
    [InlineData("audit.integrity.signer")]
    [InlineData("audit.integrity.statement")]
    [InlineData("audit.integrity.value")]
    public async Task Verify_PartOfTheSignatureRemoved_IsMalformed(string key)
    {
        var verification = await signed.VerifyAsync(r => Remove(r.Span, key));

        Assert.Equal(["malformed-signature"], verification.Verdicts);
        Assert.Equal(Failed, verification.ExitCode);
    }

    [Fact]
    public async Task Verify_WholeSignatureRemoved_IsUnsigned()
    {
        var verification = await signed.VerifyAsync(r =>
        {
            foreach (var key in SinkLines.AttributeKeys(r.Span).Where(key => key.StartsWith("audit.", StringComparison.Ordinal)).ToArray())
            {
                Remove(r.Span, key);
            }
        });

        Assert.Equal(["unsigned"], verification.Verdicts);
        Assert.Equal(Unverifiable, verification.ExitCode);
    }

    private static void Replace(JsonObject owner, string key, JsonObject value) => Attribute(owner, key)["value"] = value;
}
