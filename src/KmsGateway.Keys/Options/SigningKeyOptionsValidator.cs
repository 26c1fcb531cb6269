using KmsGateway.Cryptography;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Options;

internal sealed class SigningKeyOptionsValidator : IValidateOptions<SigningKeyOptions>
{
    public ValidateOptionsResult Validate(string? name, SigningKeyOptions options)
    {
        if (SigningAlgorithm.All.Contains(options.Algorithm, StringComparer.Ordinal))
        {
            return ValidateOptionsResult.Success;
        }

        var known = string.Join(", ", SigningAlgorithm.All.Select(algorithm => $"'{algorithm}'"));
        return ValidateOptionsResult.Fail($"Signing:Algorithm is '{options.Algorithm}', which is not known. Set it to one of: {known}.");
    }
}
