using System.Globalization;
using System.Text.RegularExpressions;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>
/// The repository's rules with their time compressed, as docs/drills.md says: each duration by its unit, and the three thresholds that are
/// an amount per window or an age. Everything else, and so what they compare and how, is as it ships.
/// </summary>
internal static partial class CompressedRules
{
    private static readonly Dictionary<string, double> Seconds = new(StringComparer.Ordinal)
    {
        ["s"] = 1.0 / 30,
        ["m"] = 2,
        ["h"] = 6,
        ["d"] = 12,
    };

    // An hour becomes six seconds, so a 600th of the calls. A probe that is well comes every 30 s, so an age of 90 s cannot become three.
    private static readonly (string Shipped, string Compressed)[] Thresholds =
    [
        ("[6s])) > 1000\n", "[6s])) > 10\n"),
        ("<= 2.5 * sum by (job) (kms_expected_refreshes_per_hour)", "<= 2.5 / 600 * sum by (job) (kms_expected_refreshes_per_hour)"),
        ("(kms_probe_last_success_timestamp_seconds) > 90\n", "(kms_probe_last_success_timestamp_seconds) > 40\n"),
    ];

    public static IReadOnlyDictionary<string, string> All { get; } = PrometheusServer.ShippedRules.ToDictionary(
        file => file.Key, file => Compress(file.Value, file.Key == "alerts.rules.yml"), StringComparer.Ordinal);

    private static string Compress(string rules, bool hasThresholds)
    {
        var compressed = Duration().Replace(rules, match => Compress(
            double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture), match.Groups["unit"].Value));
        foreach (var (shipped, replacement) in hasThresholds ? Thresholds : [])
        {
            Assert.True(compressed.Split(shipped).Length == 2, $"alerts.rules.yml no longer has once, compressed: {shipped}");
            compressed = compressed.Replace(shipped, replacement, StringComparison.Ordinal);
        }

        return compressed;
    }

    private static string Compress(double number, string unit)
    {
        var seconds = number * Seconds[unit];
        return seconds < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds * 1_000:0}ms")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds:0}s");
    }

    // Those of ranges, of subqueries, of `for` and of `interval`; not those that annotations tell.
    [GeneratedRegex(
        @"(?<=\[|\[\d+m:|\bfor: |\binterval: )(?<number>\d+)(?<unit>[smhd])\b",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Duration();
}
