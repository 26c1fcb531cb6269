using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Options;

internal sealed class RotationOptionsValidator : IValidateOptions<RotationOptions>
{
    private const double MinRate = 0.1;
    private const double MaxRate = 100;

    private static readonly TimeSpan MinPeriod = TimeSpan.FromDays(1);
    private static readonly TimeSpan MinKept = TimeSpan.FromHours(1);
    private static readonly TimeSpan Max = TimeSpan.FromDays(400);

    public ValidateOptionsResult Validate(string? name, RotationOptions options)
    {
        var failures = new List<string>();
        Check(failures, "Period", options.Period, MinPeriod);
        Check(failures, "DestroyAfter", options.DestroyAfter, MinKept);
        Check(failures, "MaxPerSecond", options.MaxPerSecond);
        Check(failures, "MaxPerSecondUnscheduled", options.MaxPerSecondUnscheduled);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void Check(List<string> failures, string name, TimeSpan value, TimeSpan min)
    {
        if (value < min || value > Max)
        {
            failures.Add($"Rotation:{name} is {value:c}. Set a time from {min:c} to {Max:c}.");
        }
    }

    private static void Check(List<string> failures, string name, double value)
    {
        if (value is not (>= MinRate and <= MaxRate))
        {
            failures.Add(FormattableString.Invariant($"Rotation:{name} is {value}. Set a number from {MinRate} to {MaxRate}."));
        }
    }
}
