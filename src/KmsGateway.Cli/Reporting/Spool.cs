using System.Text;

namespace KmsGateway.Cli.Reporting;

/// <summary>
/// Lines that come before what has to be written ahead of them. They wait in a temporary file, so that an audit's memory does not grow
/// with its exceptions; nobody else may read it, and it goes when this does.
/// </summary>
internal sealed class Spool : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private FileStream? _file;
    private StreamWriter? _writer;

    public TextWriter Writer => _writer ??= new StreamWriter(_file = Open(), Utf8, BufferBytes, leaveOpen: true) { NewLine = "\n" };

    /// <summary>All that was written, in order. Nothing can be written afterwards.</summary>
    public IEnumerable<string> ReadLines()
    {
        if (_file is null)
        {
            yield break;
        }

        _writer!.Flush();
        _file.Position = 0;
        using var reader = new StreamReader(_file, Utf8, detectEncodingFromByteOrderMarks: false, BufferBytes, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private static FileStream Open()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose,
            BufferSize = BufferBytes,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path.Combine(Path.GetTempPath(), $"kmsgw-{Path.GetRandomFileName()}"), options);
    }
}
