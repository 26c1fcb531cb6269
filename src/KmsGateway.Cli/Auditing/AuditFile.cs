using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Auditing;

/// <summary>An input: the name by which the report calls it, and how it is opened.</summary>
internal sealed record AuditFile(string Path, Func<Stream> Open)
{
    public const string StandardInput = "-";

    public static AuditFile Of(string path, CliEnvironment environment) =>
        path == StandardInput ? new AuditFile(path, environment.OpenInput) : OnDisk(path, environment);

    public static AuditFile OnDisk(string path, CliEnvironment environment) => new(path, () => new FileStream(
        System.IO.Path.Combine(environment.WorkingFolder, path),
        new FileStreamOptions
        {
            // A sink that still writes must not keep its file from being verified.
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        }));
}
