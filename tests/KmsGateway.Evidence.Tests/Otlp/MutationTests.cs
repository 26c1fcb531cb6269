using CsCheck;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Tests.Vectors;
using KmsGateway.Evidence.Verification;
using Xunit;

namespace KmsGateway.Evidence.Tests.Otlp;

/// <summary>
/// Inputs of the vectors with a few bytes changed, removed or repeated: whatever comes of it, the readers answer and do not throw, and
/// what the gateway makes of a request a verifier can read.
/// </summary>
public sealed class MutationTests : IDisposable
{
    private static readonly (byte[] Body, ITraceEncoding Encoding)[] Seeds =
    [
        .. new[] { "sign", "verify" }.SelectMany(folder => VectorFile.Names(folder).Select(name => VectorFile.Read(folder, name)))
            .Select(vector => (vector.Input, vector.Encoding)),
    ];

    private readonly EvidenceFixture _evidence = new();

    public void Dispose() => _evidence.Dispose();

    [Fact]
    public void ProtectAndVerify_MutatedInput_AnswersAndNeverThrows() =>
        Gen.Select(Gen.Int[0, Seeds.Length - 1], Gen.Select(Gen.UInt, Gen.Byte, Gen.Int[0, 3]).Array[1, 4]).Sample(
            (seed, mutations) => Try(mutations.Aggregate(Seeds[seed].Body, Mutate), Seeds[seed].Encoding),
            iter: 20_000,
            threads: 1);

    private void Try(byte[] body, ITraceEncoding encoding)
    {
        byte[] output;
        try
        {
            output = _evidence.Protect(body, encoding);
        }
        catch (OtlpErrorException)
        {
            // Undecodable: an answer like any other.
            return;
        }

        // Whatever signatures the client sent, these are the gateway's own words.
        Assert.All(
            _evidence.Verify(output, encoding),
            verdict => Assert.True(
                verdict.Verdict is Verdict.Verified or Verdict.Duplicate or Verdict.Conflict
                    || (verdict.Verdict == Verdict.Unsigned && verdict.Reason is not null),
                $"{verdict.Text}: {Convert.ToHexString(body)}"));
    }

    private static byte[] Mutate(byte[] body, (uint Position, byte Value, int Kind) mutation)
    {
        if (body.Length == 0)
        {
            return body;
        }

        var at = (int)(mutation.Position % (uint)body.Length);
        return mutation.Kind switch
        {
            0 => [.. body[..at], mutation.Value, .. body[(at + 1)..]],
            1 => [.. body[..at], mutation.Value, .. body[at..]],
            2 => [.. body[..at], .. body[Math.Min(at + (mutation.Value % 8), body.Length)..]],
            _ => [.. body[..at], .. body[Math.Max(0, at - mutation.Value)..]],
        };
    }
}
