namespace KmsGateway.Proxy.Protection;

/// <summary>The modes as they are spelled in the configuration and in policies.</summary>
internal static class EnforcementModes
{
    public const string Enforce = "enforce";
    public const string Observe = "observe";
    public const string DryRun = "dry-run";

    public static bool TryParse(string? name, out EnforcementMode mode)
    {
        (var isKnown, mode) = name switch
        {
            Enforce => (true, EnforcementMode.Enforce),
            Observe => (true, EnforcementMode.Observe),
            DryRun => (true, EnforcementMode.DryRun),
            _ => (false, EnforcementMode.Enforce),
        };
        return isKnown;
    }

    public static EnforcementMode Parse(string name) =>
        TryParse(name, out var mode) ? mode : throw new ArgumentException($"'{name}' is no mode", nameof(name));

    public static string Name(this EnforcementMode mode) => mode switch
    {
        EnforcementMode.Observe => Observe,
        EnforcementMode.DryRun => DryRun,
        _ => Enforce,
    };
}
