using System.Text.RegularExpressions;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Drills;

public sealed class CompressedRulesTests
{
    [Fact]
    public void All_WithoutTimes_AreTheShippedRules()
    {
        foreach (var (name, shipped) in PrometheusServer.ShippedRules)
        {
            Assert.Equal(WithoutTimes(shipped), WithoutTimes(CompressedRules.All[name]));
        }
    }

    [Fact]
    public void All_EachKindOfDuration_IsCompressed()
    {
        var rules = CompressedRules.All["alerts.rules.yml"];

        Assert.Contains("increase(kms_cache_miss_total[20s])", rules, StringComparison.Ordinal);
        Assert.Contains("[4s:500ms]", rules, StringComparison.Ordinal);
        Assert.Contains("for: 36s", rules, StringComparison.Ordinal);
        Assert.Contains("it tries every 30 s", rules, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(\[|for: )\d+[mhd]\b", rules);
    }

    // What is left when the durations, and the three thresholds that stand for times and amounts per time, are taken out.
    private static string WithoutTimes(string rules) => Regex.Replace(
        rules,
        @"(?<=\[|:|for: |interval: )\d+(ms|s|m|h|d)\b|(?<=> )(1000|10|90|40)$|(?<=2\.5 )/ 600 ",
        "",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(1));
}
