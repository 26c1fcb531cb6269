using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Forwarding;

internal sealed class UpstreamOptionsValidator : IValidateOptions<UpstreamOptions>
{
    private static readonly (TimeSpan Min, TimeSpan Max) Idle = (TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    private static readonly (TimeSpan Min, TimeSpan Max) Lifetime = (TimeSpan.FromSeconds(10), TimeSpan.FromDays(1));

    public ValidateOptionsResult Validate(string? name, UpstreamOptions options)
    {
        string[] problems =
        [
            .. Problem(nameof(options.ConnectionIdleTimeout), options.ConnectionIdleTimeout, Idle),
            .. Problem(nameof(options.ConnectionLifetime), options.ConnectionLifetime, Lifetime),
        ];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problem(string name, TimeSpan value, (TimeSpan Min, TimeSpan Max) range) =>
        value < range.Min || value > range.Max ? [$"Upstream:{name} is {value}. Set a time from {range.Min} to {range.Max}."] : [];
}
