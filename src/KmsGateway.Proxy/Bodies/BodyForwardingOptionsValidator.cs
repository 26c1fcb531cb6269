using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Bodies;

internal sealed class BodyForwardingOptionsValidator : IValidateOptions<BodyForwardingOptions>
{
    public ValidateOptionsResult Validate(string? name, BodyForwardingOptions options) =>
        options.Coding is BodyForwardingOptions.Identity or BodyForwardingOptions.Same
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Upstream:Coding is '{options.Coding}'. Set it to '{BodyForwardingOptions.Identity}' or '{BodyForwardingOptions.Same}'.");
}
