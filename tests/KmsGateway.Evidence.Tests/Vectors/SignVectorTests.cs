using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using Xunit;

namespace KmsGateway.Evidence.Tests.Vectors;

public sealed class SignVectorTests
{
    private static readonly KeyPatterns EverySpan = new(["*"]);
    private static readonly Regex SignatureText = new("[A-Za-z0-9+/]{86}==", RegexOptions.NonBacktracking);

    public static TheoryData<string, string> Vectors
    {
        get
        {
            var vectors = new TheoryData<string, string>();
            foreach (var folder in (string[])["sign", "encrypt-sign"])
            {
                foreach (var name in VectorFile.Names(folder))
                {
                    vectors.Add(folder, name);
                }
            }

            return vectors;
        }
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Sign_InputOfTheVector_GivesWhatTheSecondImplementationGives(string folder, string name)
    {
        var vector = VectorFile.Read(folder, name);
        var encryption = VectorEncryption.Of(vector);
        var body = encryption.Output;
        var scan = new TraceScan();
        var canonical = new CanonicalSpan(ReservedKeys.Rename);
        var groups = new Dictionary<SpanGroup, string>();
        canonical.OversizeBytes = (int?)vector.Json["oversize"] ?? int.MaxValue;
        canonical.Observer = (group, json) => groups[group] = Encoding.UTF8.GetString(json.Span);

        var error = vector.Encoding.Scan(body, EverySpan, SignatureAttributes.Reserved, new OtlpLimits(), scan);
        var coverage = new Coverage(
            VectorFile.Patterns(vector.Json["coverage"]!["attr"]), VectorFile.Patterns(vector.Json["coverage"]!["res"]));
        SpanView span = default;
        if (error == OtlpError.None)
        {
            var index = (int)vector.Json["span"]!;
            span = scan.Spans.ToArray().Single(view => view.Index == index);
            error = canonical.Read(vector.Encoding, body, span, coverage);
        }

        Assert.Equal(vector.IsUndecodable, error != OtlpError.None);
        if (vector.IsUndecodable)
        {
            return;
        }

        var hidden = encryption.Issues.GetValueOrDefault(span.Index);
        var reason = ReasonOf(canonical, hidden);
        if (vector.Expect["unsignable"] is { } expected)
        {
            Assert.Equal((string)expected!, reason);
            AssertIssues(vector.Expect["issues"]!, canonical, hidden);
        }
        else
        {
            Assert.Null(reason);
            AssertGroups(vector.Expect, groups, canonical.Digests);
        }

        AssertOutput(vector, body, scan, span, canonical, coverage, reason);
    }

    // The reason of an issue comes before "oversize" (U-17).
    private static string? ReasonOf(CanonicalSpan span, SpanIssues hidden) =>
        (span.Issues | hidden) is var issues && issues != SpanIssues.None ? UnsignableReason.Of(issues)
        : span.IsOversize ? UnsignableReason.Oversize : null;

    private static void AssertGroups(JsonNode expect, Dictionary<SpanGroup, string> groups, SpanDigests digests)
    {
        foreach (var group in Enum.GetValues<SpanGroup>())
        {
            var name = SpanDigests.Name(group);
            Assert.Equal((string)expect["canonical"]![name]!, groups[group]);
            Assert.Equal((string)expect["digests"]![name]!, Base64UrlText.Encode(digests[group]));
        }
    }

    private static void AssertIssues(JsonNode expected, CanonicalSpan canonical, SpanIssues hidden)
    {
        // Of which group a hidden one is, who encrypts is not told: there all of the span are compared.
        if (hidden != SpanIssues.None)
        {
            var all = Enum.GetValues<SpanIssues>()
                .Where(issue => issue != SpanIssues.None && (canonical.Issues | hidden).HasFlag(issue)).Select(UnsignableReason.Of);
            var expectedAll = expected.AsObject().SelectMany(group => group.Value!.AsArray()).Select(reason => (string)reason!).Distinct();
            Assert.Equal(expectedAll.Order(StringComparer.Ordinal), all.Order(StringComparer.Ordinal));
            return;
        }

        foreach (var group in Enum.GetValues<SpanGroup>())
        {
            var names = Enum.GetValues<SpanIssues>()
                .Where(issue => issue != SpanIssues.None && canonical.IssuesOf(group).HasFlag(issue))
                .Select(UnsignableReason.Of);
            var wanted = expected[SpanDigests.Name(group)]?.AsArray().Select(reason => (string)reason!) ?? [];
            Assert.Equal(wanted.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>The whole request after that one span was signed or marked, and reserved keys were renamed on every span.</summary>
    private static void AssertOutput(
        VectorFile vector, byte[] body, TraceScan scan, SpanView span, CanonicalSpan canonical, Coverage coverage, string? reason)
    {
        var splicer = new TraceSplicer();
        splicer.Reset(scan, body.Length);
        foreach (var view in scan.Spans.ToArray().Where(view => view.HasReserved))
        {
            vector.Encoding.RenameAttributes(splicer, body, view, SignatureAttributes.Reserved, SignatureAttributes.RenamedSuffix);
        }

        var attributes = new ArrayBufferWriter<byte>();
        if (reason is not null)
        {
            SpanSigner.Mark(reason, vector.Encoding, attributes);
        }
        else
        {
            Sign(vector, canonical, coverage, attributes);
        }

        vector.Encoding.AppendAttributes(splicer, span, attributes.WrittenSpan);
        splicer.Complete();
        var output = splicer.Slices(body).SelectMany(slice => slice.ToArray()).ToArray();

        var expected = VectorFile.Bytes(vector.Expect["output"]!);
        if (vector.Encoding is JsonTraceEncoding)
        {
            // White space around what is inserted has no meaning.
            Assert.Equal(WithoutWhiteSpace(expected), WithoutWhiteSpace(output));
        }
        else
        {
            Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(output));
        }
    }

    private static string WithoutWhiteSpace(byte[] json)
    {
        var inString = false;
        var isEscaped = false;
        var kept = new List<byte>(json.Length);
        foreach (var character in json)
        {
            if (inString || character is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                kept.Add(character);
            }

            inString ^= character == '"' && !isEscaped;
            isEscaped = inString && character == '\\' && !isEscaped;
        }

        return Encoding.UTF8.GetString(kept.ToArray());
    }

    private static void Sign(VectorFile vector, CanonicalSpan canonical, Coverage coverage, ArrayBufferWriter<byte> attributes)
    {
        var signing = vector.Json["signing"]!;
        using var key = VectorKeys.Load((string)signing["key"]!);
        Assert.True(UnixNanoseconds.TryParse((string)signing["iat"]!, out var issuedAt));
        Assert.True(Base64UrlText.TryDecode((string)signing["salt"]!, out var salt));
        var source = Enum.Parse<TenantSource>((string)signing["src"]!, ignoreCase: true);
        var statement = new CanonicalJsonWriter();
        Statement.Write(
            statement, coverage, canonical.Digests, issuedAt, (string)signing["pol"]!, salt, canonical.SpanId, source,
            (string)signing["tenant"]!, canonical.TraceId);
        Assert.Equal((string)vector.Expect["statement"]!, Encoding.UTF8.GetString(statement.Written));
        Assert.True(Statement.TryParse(statement.ToArray(), out _));
        var input = Jws.SigningInput(key.PublicKey, FormatVersion.SpanTyp, statement.Written);
        Assert.Equal((string)vector.Expect["signing_input"]!, Encoding.ASCII.GetString(input));
        var signature = (string)vector.Expect["signature"]!;
        Assert.True(key.PublicKey.Verify(input, Convert.FromBase64String(signature)));

        var written = new ArrayBufferWriter<byte>();
        new SpanSigner(key, (string)signing["tenant"]!, source, coverage, (string)signing["pol"]!, TimeProvider.System)
            .Sign(canonical, issuedAt, salt, vector.Encoding, written);
        attributes.Write(Encoding.Latin1.GetBytes(
            WithSignatureOf(vector, key.PublicKey, input, Encoding.Latin1.GetString(written.WrittenSpan), signature)));
    }

    /// <summary>An ECDSA signature has other bytes every time: ours must be valid, and then gives way to the vector's.</summary>
    private static string WithSignatureOf(VectorFile vector, VerificationKey key, byte[] input, string attributes, string signature)
    {
        var ours = SignatureText.Match(attributes);
        Assert.True(key.Verify(input, Convert.FromBase64String(ours.Value)), vector.Json["id"]!.ToString());
        if (key.Algorithm == SigningAlgorithm.EdDsa)
        {
            Assert.Equal(signature, ours.Value);
        }

        return attributes.Replace(ours.Value, signature, StringComparison.Ordinal);
    }
}
