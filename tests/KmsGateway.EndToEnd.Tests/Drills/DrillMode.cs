namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>
/// Whether drills run. They take both cores for minutes, beside which other tests would miss their times; with the rules as they ship they
/// take half an hour.
/// </summary>
internal static class DrillMode
{
    public const string Variable = "KMSGATEWAY_DRILLS";

    public static bool IsOn => IsFull || Environment.GetEnvironmentVariable(Variable) == "compressed";

    public static bool IsFull => Environment.GetEnvironmentVariable(Variable) == "full";
}
