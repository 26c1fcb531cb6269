using System.Text.RegularExpressions;
using KmsGateway.Testing.Processes;

namespace KmsGateway.EndToEnd.Tests.Packaging;

/// <summary>A folder that is all there is to a program: itself, the libraries it is linked with and those it loads, and nothing of .NET.</summary>
internal sealed partial class EmptyRoot
{
    // The runtime does not start without /proc, which any machine has. The mount ends with the command.
    private const string Script = """mount -t proc proc "$0/proc" && exec chroot "$0" "$@" """;

    private readonly string _folder;

    public EmptyRoot(string folder)
    {
        _folder = folder;

        // A file that holds native libraries unpacks them below the home folder.
        Directory.CreateDirectory(In(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)));
        Directory.CreateDirectory(In("/proc"));
    }

    /// <summary>Copies a program or library, and what it is linked with to where it is looked for.</summary>
    public async Task AddAsync(string file, string target)
    {
        Copy(file, target);
        var linked = (await ProgramResult.OfAsync("ldd", [file], _folder)).ExitedWith(0);
        foreach (Match library in Linked().Matches(linked.Output))
        {
            var path = library.Groups["path"].Value;
            Copy(path, path);
        }
    }

    /// <summary>The same for libraries that are loaded by their names while the program runs.</summary>
    public async Task AddLibrariesAsync(params string[] names)
    {
        var known = (await ProgramResult.OfAsync("/sbin/ldconfig", ["-p"], _folder)).ExitedWith(0);
        foreach (var path in Known().Matches(known.Output).Select(library => library.Groups["path"].Value))
        {
            if (names.Any(name => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal)))
            {
                await AddAsync(path, path);
            }
        }
    }

    public Task<ProgramResult> RunAsync(params IEnumerable<string> command) =>
        ProgramResult.OfAsync("unshare", ["--mount", "sh", "-c", Script, _folder, .. command], _folder);

    private void Copy(string file, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(target))!);
        File.Copy(file, In(target), overwrite: true);
    }

    private string In(string path) => Path.Combine(_folder, path.TrimStart('/'));

    [GeneratedRegex(@"(?<path>/\S+) \(0x", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Linked();

    [GeneratedRegex(@" => (?<path>/\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Known();
}
