using System.Text;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Demonstration;

/// <summary>The file to which a backend writes what it gets: one export request per line.</summary>
internal sealed class SinkFile(string path, CliEnvironment environment)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly string _path = System.IO.Path.Combine(environment.WorkingFolder, path);
    private long _start;

    /// <summary>As it was given.</summary>
    public string Path => path;

    /// <summary>Passes over what is in the file already.</summary>
    public void SkipToEnd() => _start = File.Exists(_path) ? new FileInfo(_path).Length : 0;

    /// <summary>The lines of these traces, once all are there.</summary>
    public async Task<IReadOnlyList<byte[]>> WaitForAsync(IReadOnlyList<string> traceIds, CancellationToken cancellationToken)
    {
        var begun = environment.Time.GetTimestamp();
        while (true)
        {
            var lines = await ReadLinesAsync(cancellationToken);
            var found = traceIds.Select(id => lines.Find(line => line.AsSpan().IndexOf(Encoding.ASCII.GetBytes(id)) >= 0)).ToList();
            if (found.TrueForAll(line => line is not null))
            {
                return [.. found.Select(line => line!)];
            }

            if (environment.Time.GetElapsedTime(begun) >= Patience)
            {
                var missing = found.Count(line => line is null);
                throw new CommandException(
                    $"{missing} of {traceIds.Count} traces did not arrive in {path} within {Patience.TotalSeconds:0} s: "
                    + "name the file to which the gateway's backend writes OTLP/JSON lines with --sink");
            }

            await Task.Delay(Pause, environment.Time, cancellationToken);
        }
    }

    private async Task<List<byte[]>> ReadLinesAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_path))
        {
            return [];
        }

        await using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = file.Length < _start ? 0 : _start;
        using var content = new MemoryStream();
        await file.CopyToAsync(content, cancellationToken);

        // What stands behind the last line feed is still being written.
        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        var lines = new List<byte[]>();
        int end;
        while ((end = bytes.IndexOf((byte)'\n')) >= 0)
        {
            lines.Add(bytes[..(end + 1)].ToArray());
            bytes = bytes[(end + 1)..];
        }

        return lines;
    }
}
