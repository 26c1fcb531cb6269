using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Protection;

internal sealed class ComplianceOptionsValidator(IConfiguration configuration) : IValidateOptions<ComplianceOptions>
{
    public ValidateOptionsResult Validate(string? name, ComplianceOptions options)
    {
        string[] problems = [.. PatternList.Problems(configuration, "Compliance:Rules")];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
