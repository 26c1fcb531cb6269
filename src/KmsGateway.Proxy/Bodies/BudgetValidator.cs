using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Bodies;

/// <summary>A request that every other limit allows must fit the budget, or its sender would be told to send it again for ever.</summary>
internal sealed class BudgetValidator : IValidateOptions<LimitsOptions>
{
    public ValidateOptionsResult Validate(string? name, LimitsOptions options) =>
        options.MaxBufferedBytes == 0 || options.MaxBufferedBytes >= options.LargestRequestBytes
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Limits:MaxBufferedBytes is {options.MaxBufferedBytes}, and one request of the largest size needs {options.LargestRequestBytes}. "
                + "Set it higher, or MaxWireBytes, MaxMessageBytes and MaxUpstreamMessageBytes lower.");
}
