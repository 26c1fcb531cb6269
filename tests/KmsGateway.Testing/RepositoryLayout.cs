using Xunit;

namespace KmsGateway.Testing;

/// <summary>Where the build put the programs, seen from the test that runs.</summary>
public static class RepositoryLayout
{
    // Every project is built to artifacts/bin/<project>/<configuration>/, this one too.
    private static readonly DirectoryInfo Output = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    private static readonly DirectoryInfo Binaries = Output.Parent?.Parent ?? Output;

    public static string Configuration => Output.Name;

    public static string Root => Binaries.Parent?.Parent?.FullName ?? Output.FullName;

    /// <summary>The path of a built program. Fails the test, with what to run, if it is not there.</summary>
    public static string Program(string project, string file)
    {
        var path = Path.Combine(Binaries.FullName, project, Configuration, file);
        Assert.True(File.Exists(path), $"{path} is missing. Run: dotnet build src/{project}");
        return path;
    }
}
