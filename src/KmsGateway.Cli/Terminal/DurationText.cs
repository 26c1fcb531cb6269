using System.Globalization;

namespace KmsGateway.Cli.Terminal;

/// <summary>How long, in the largest unit that still tells something.</summary>
internal static class DurationText
{
    public static string Of(TimeSpan duration) => duration switch
    {
        { TotalMinutes: < 2 } => Text(duration.TotalSeconds, "s"),
        { TotalHours: < 2 } => Text(duration.TotalMinutes, "min"),
        { TotalDays: < 2 } => Text(duration.TotalHours, "h"),
        _ => Text(duration.TotalDays, "d"),
    };

    private static string Text(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(value):0} {unit}");
}
