using System.Reflection;

namespace KmsGateway.Cli.Terminal;

/// <summary>The program as it names itself.</summary>
internal static class Tool
{
    public const string Name = "kmsgw";

    public static string Version { get; } =
        typeof(Tool).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
