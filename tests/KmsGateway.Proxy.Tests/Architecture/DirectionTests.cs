using System.Text.RegularExpressions;
using KmsGateway.Testing;

namespace KmsGateway.Proxy.Tests.Architecture;

/// <summary>The rooms of ARCHITECTURE.md, by the `using` lines of the sources.</summary>
public sealed partial class DirectionTests
{
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        ["Cryptography"] = [],
        ["Evidence"] = ["Cryptography"],
        ["Keys"] = ["Cryptography"],
        ["Proxy"] = ["Cryptography", "Evidence", "Keys"],
        ["Cli"] = ["Cryptography", "Evidence"],
    };

    private static readonly string[] NotForEvidence =
        ["Microsoft.AspNetCore", "Amazon", "Google.Protobuf", "Microsoft.Data", "Dapper", "Yarp", "System.Net.Http"];

    public static TheoryData<string> Projects => [.. Known.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_Sources_UseOnlyProjectsTheyMayKnow(string project)
    {
        var strangers = Usings(project)
            .Where(pair => pair.Namespace.StartsWith("KmsGateway.", StringComparison.Ordinal))
            .Select(pair => (pair.Folder, Project: pair.Namespace.Split('.')[1]))
            .Where(pair => pair.Project != project && !Known[project].Contains(pair.Project));

        Assert.Empty(strangers);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_Folders_DependInOneDirection(string project)
    {
        var edges = Usings(project)
            .Select(pair => (pair.Folder, Target: FolderOf(project, pair.Namespace)))
            .Where(edge => edge.Folder.Length > 0 && edge.Target is { Length: > 0 } && edge.Folder != edge.Target)
            .Distinct()
            .ToLookup(edge => edge.Folder, edge => edge.Target!);

        foreach (var folder in edges.Select(group => group.Key))
        {
            Assert.DoesNotContain(folder, Reachable(folder, edges));
        }
    }

    [Fact]
    public void Evidence_Sources_KnowNeitherServerNorCloudNorDatabase() =>
        Assert.DoesNotContain(
            Usings("Evidence").Concat(Usings("Cryptography")),
            pair => NotForEvidence.Any(name => pair.Namespace.StartsWith(name, StringComparison.Ordinal)));

    [Fact]
    public void Amazon_IsUsed_InItsOwnFolderOnly() =>
        Assert.All(
            Known.Keys.SelectMany(project => Usings(project).Select(pair => (project, pair.Folder, pair.Namespace)))
                .Where(use => use.Namespace.StartsWith("Amazon", StringComparison.Ordinal)),
            use => Assert.Equal(("Keys", "Providers.Aws"), (use.project, use.Folder)));

    private static HashSet<string> Reachable(string start, ILookup<string, string> edges)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(edges[start]);
        while (open.TryPop(out var folder))
        {
            if (reached.Add(folder))
            {
                foreach (var next in edges[folder])
                {
                    open.Push(next);
                }
            }
        }

        return reached;
    }

    private static string? FolderOf(string project, string name) =>
        name.StartsWith($"KmsGateway.{project}.", StringComparison.Ordinal) ? name[$"KmsGateway.{project}.".Length..] : null;

    private static List<(string Folder, string Namespace)> Usings(string project)
    {
        var root = Path.Combine(RepositoryLayout.Root, "src", $"KmsGateway.{project}");
        var files = Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        var uses = files.SelectMany(file => UsingLine().Matches(File.ReadAllText(file)).Select(match =>
            (Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.').Trim('.'),
                match.Groups["name"].Value))).ToList();
        Assert.Contains(uses, use => use.Item2.StartsWith("System", StringComparison.Ordinal));
        return uses;
    }

    [GeneratedRegex(@"^using (static )?(\w+ = )?(?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UsingLine();
}
