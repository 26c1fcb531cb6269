using System.Text.Json.Nodes;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification;
using Xunit;

namespace KmsGateway.Evidence.Tests.Vectors;

public sealed class VerifyVectorTests
{
    // Trust files that are refused and parameters that cannot be are what kmsgw is asked: see its tests of these vectors.
    public static TheoryData<string> Vectors =>
        [.. VectorFile.Names("verify").Where(name => VectorFile.Read("verify", name).Expect is var expect && !IsOfTheCommand(expect))];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Verify_InputOfTheVector_GivesTheVerdictsOfTheSecondImplementation(string name)
    {
        var vector = VectorFile.Read("verify", name);
        var trust = TrustFile.Parse(File.ReadAllBytes(Path.Combine(VectorFile.Root, (string)vector.Json["trust"]!)));
        var verifier = new SpanVerifier(trust, Options(vector.Json["options"]));
        var counts = new VerificationCounts();
        var verdicts = new List<SpanVerdict>();
        IVerifiedSpans verified = new VerifiedSpansInMemory();

        var error = verifier.Verify(vector.Input, vector.Encoding, verdict => verdicts.Add(verified.Judge(verdict)), out var spans);

        Assert.Equal(vector.IsUndecodable, error != OtlpError.None);
        if (vector.IsUndecodable)
        {
            return;
        }

        counts.AddSeen(spans);
        verdicts.ForEach(counts.Add);
        var expected = vector.Expect["verdicts"]!.AsArray();
        Assert.Equal(
            expected.Select(verdict => $"{verdict!["trace_id"]} {verdict["span_id"]} {verdict["verdict"]} {Additions(verdict)}"),
            verdicts.Select(verdict => $"{verdict.TraceId} {verdict.SpanId} {verdict.Text} {string.Join(',', verdict.Additions)}"));
        Assert.Equal((int)vector.Expect["ordinary"]!, counts.Ordinary);
        Assert.Equal((int)vector.Expect["exit_code"]!, (int)counts.Outcome);
    }

    private static bool IsOfTheCommand(JsonNode expect) => expect["usage_error"] is not null || expect["trust_refused"] is not null;

    private static string Additions(JsonNode verdict) => string.Join(
        ',', verdict["additions"]?.AsObject().SelectMany(group => group.Value!.AsArray()).Select(key => (string)key!) ?? []);

    private static VerifierOptions Options(JsonNode? options)
    {
        var result = new VerifierOptions { Tenant = (string?)options?["tenant"] };
        if (options?["min_coverage"] is { } minCoverage)
        {
            result = result with { MinCoverage = VectorFile.Patterns(minCoverage) };
        }

        return options?["allow_added"] is { } allowAdded ? result with { AllowAdded = VectorFile.Patterns(allowAdded) } : result;
    }
}
