using Xunit;

namespace KmsGateway.Testing;

/// <summary>
/// What a test needs and a machine may not have. Missing, the test is skipped and says why; where everything has to be there
/// (<see cref="RequireAllVariable"/> is 1), it fails.
/// </summary>
public static class Requires
{
    public const string RequireAllVariable = "KMSGATEWAY_TESTS_REQUIRE_ALL";

    /// <summary>The path of Node.js.</summary>
    public static string Node() => Program("node");

    /// <summary>The path of a program in PATH.</summary>
    public static string Program(string name)
    {
        var path = Find(name);
        if (path is null)
        {
            Missing($"{name} is not in PATH.");
        }

        return path ?? name;
    }

    /// <summary>The folder, below the repository's root, of a package.json whose packages are installed.</summary>
    public static string NodeModules(string folder)
    {
        var full = Path.Combine(RepositoryLayout.Root, folder);

        // npm writes this file last: a half-finished installation is not one.
        if (!File.Exists(Path.Combine(full, "node_modules", ".package-lock.json")))
        {
            Missing($"The packages of {folder} are not installed. Run: npm ci --prefix {folder}");
        }

        return full;
    }

    public static void That(bool present, string otherwise)
    {
        if (!present)
        {
            Missing(otherwise);
        }
    }

    private static string? Find(string name)
    {
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }

    private static void Missing(string reason)
    {
        if (Environment.GetEnvironmentVariable(RequireAllVariable) == "1")
        {
            Assert.Fail($"{reason} ({RequireAllVariable}=1)");
        }

        Assert.Skip(reason);
    }
}
