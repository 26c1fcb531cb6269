using KmsGateway.Cryptography;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Cli.Tests.Fixtures;

/// <summary>A folder with a trust file of one key, in which spans signed under it are verified.</summary>
internal sealed class AuditWorkplace : IDisposable
{
    public AuditWorkplace()
    {
        Key = Evidence.AddKey(1);
    }

    public EvidenceFixture Evidence { get; } = new();

    public Workplace Work { get; } = new();

    public SigningKey Key { get; }

    public string Signed(int number = 1, string name = "approve payment") => Evidence.Sign(Requests.Compliance(number, name), Key);

    public string Altered(int number = 1, string name = "approve payment") =>
        Signed(number, name).Replace("250.00", "950.00", StringComparison.Ordinal);

    /// <summary>The policy under which the fixture signs, as a gateway publishes it.</summary>
    public static byte[] Policy(string mode = "enforce")
    {
        var coverage = new Coverage(new KeyPatterns(["*"]), new KeyPatterns(["compliance.*", "service.name"]));
        return new SigningPolicy(EvidenceFixture.Tenant, ComplianceRules.Default, coverage, mode, OversizePolicy.Default).Json.ToArray();
    }

    /// <summary>Verifies a file of these lines.</summary>
    public Task<CliResult> VerifyAsync(string[] lines, params string[] options)
    {
        Work.Write("traces.jsonl", lines);
        return VerifyFilesAsync(["traces.jsonl"], options);
    }

    public Task<CliResult> VerifyFilesAsync(string[] files, params string[] options)
    {
        Work.Write("trust.json", Evidence.TrustFile());
        return Work.RunAsync(["verify", .. files, "--trust", "trust.json", .. options]);
    }

    public void Dispose()
    {
        Work.Dispose();
        Evidence.Dispose();
    }
}
