using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Reporting;

/// <summary>Exceptions that mean the same for the result.</summary>
/// <param name="Outcome">What they mean for it.</param>
/// <param name="Id">Names them in a document.</param>
/// <param name="Name">In words.</param>
/// <param name="Remark">What that says.</param>
internal sealed record ExceptionKind(VerificationOutcome Outcome, string Id, string Name, string Remark)
{
    /// <summary>What did not verify comes first.</summary>
    public static IReadOnlyList<ExceptionKind> All { get; } =
    [
        new(
            VerificationOutcome.IntegrityFailure, "failed", "Did not verify",
            "The content is not what was signed, or the signature is not what it says."),
        new(
            VerificationOutcome.Unverifiable, "unverifiable", "Cannot be verified",
            "Neither proven nor disproven: a signature, its key, or a part of what was signed is missing."),
        new(
            VerificationOutcome.Verified, "remarked", "Verified, with a remark",
            "The remark says what else there is to know of these spans."),
    ];
}
