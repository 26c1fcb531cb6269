namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>Whether drills also run with the rules as they ship, which takes half an hour.</summary>
internal static class DrillMode
{
    public const string Variable = "KMSGATEWAY_DRILLS";

    public static bool IsFull => Environment.GetEnvironmentVariable(Variable) == "full";
}
