using KmsGateway.Evidence.Signing;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Protection;

internal sealed class SigningOptionsValidator(IConfiguration configuration) : IValidateOptions<SigningOptions>
{
    private const int MinOversizeBytes = 256;
    private const int MaxOversizeBytes = 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, SigningOptions options)
    {
        var failures = new List<string>();
        if (options.Mode != SigningOptions.SpanMode)
        {
            failures.Add($"Signing:Mode is '{options.Mode}'; this version knows '{SigningOptions.SpanMode}'.");
        }

        if (options.OnOversize is not (SigningOptions.Warn or SigningOptions.Mark))
        {
            failures.Add($"Signing:OnOversize is '{options.OnOversize}'. Set it to '{SigningOptions.Warn}' or '{SigningOptions.Mark}'.");
        }

        if (options.OversizeBytes is < MinOversizeBytes or > MaxOversizeBytes)
        {
            failures.Add(
                $"Signing:OversizeBytes is {options.OversizeBytes}. Set a number from {MinOversizeBytes} to {MaxOversizeBytes}.");
        }

        string[] patterns =
        [
            .. PatternList.Problems(configuration, "Signing:Coverage:Attributes"),
            .. PatternList.Problems(configuration, "Signing:Coverage:Resource"),
        ];
        failures.AddRange(patterns.Length > 0 ? patterns : SizeProblems(options.Coverage.ToCoverage()));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string[] SizeProblems(Coverage coverage) => coverage.Json.Length <= Coverage.MaxBytes
        ? []
        : [$"Signing:Coverage has {coverage.Json.Length} bytes, {Coverage.MaxBytes} are allowed: use fewer or shorter patterns."];
}
