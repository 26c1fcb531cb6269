using System.Globalization;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>How long it took from the fault to the alert at the webhook, and from there until it was told as resolved.</summary>
/// <param name="Blocks">How many blocks of the runbook ran in between.</param>
internal sealed record DrillTimes(string Alert, TimeSpan Detected, TimeSpan Resolved, int Blocks)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"drill {Alert}: detected after {Detected.TotalSeconds:0} s, resolved after {Resolved.TotalSeconds:0} s, {Blocks} runbook blocks ran");
}
