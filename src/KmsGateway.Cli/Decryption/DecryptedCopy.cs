using System.IO.Compression;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Decryption;

/// <summary>
/// Where clear values go. A file is for its owner alone, and is there once it is whole: until then it has another name, under which it goes
/// if something fails.
/// </summary>
internal sealed class DecryptedCopy : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly Stream _stream;
    private readonly string? _path;
    private readonly string? _temporaryPath;
    private readonly bool _replaces;
    private Stream? _writer;
    private byte _last = (byte)'\n';
    private bool _isComplete;

    private DecryptedCopy(Stream stream, string? path, string? temporaryPath, bool replaces)
    {
        (_stream, _path, _temporaryPath, _replaces) = (stream, path, temporaryPath, replaces);
    }

    /// <param name="stream">Stays open.</param>
    public static DecryptedCopy To(Stream stream) => new(stream, null, null, replaces: false);

    public static DecryptedCopy To(string path, bool replaces)
    {
        if (!replaces && File.Exists(path))
        {
            throw Exists(path);
        }

        var temporaryPath = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous,
            BufferSize = BufferBytes,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new DecryptedCopy(new FileStream(temporaryPath, options), path, temporaryPath, replaces);
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, bool isCompressed, CancellationToken cancellationToken)
    {
        if (!bytes.IsEmpty)
        {
            _last = bytes.Span[^1];
            await ToldAsync(async () => await Writer(isCompressed).WriteAsync(bytes, cancellationToken));
        }
    }

    /// <summary>Begins a line, unless what was written ends in one.</summary>
    public async Task BeginLineAsync(bool isCompressed, CancellationToken cancellationToken)
    {
        if (_last != '\n')
        {
            await WriteAsync("\n"u8.ToArray(), isCompressed, cancellationToken);
        }
    }

    /// <summary>All is written: the file gets its name.</summary>
    public async Task CompleteAsync(bool isCompressed, CancellationToken cancellationToken)
    {
        await ToldAsync(async () =>
        {
            await Writer(isCompressed).FlushAsync(cancellationToken);
            await CloseAsync();
            Publish();
        });
        _isComplete = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isComplete || _temporaryPath is null)
        {
            return;
        }

        try
        {
            await CloseAsync();
        }
        catch (IOException)
        {
            // Of what could not be written nothing is kept, and why is told already.
        }
        finally
        {
            File.Delete(_temporaryPath);
        }
    }

    private static CommandException Exists(string path) =>
        new($"--output {path} is there already, and nothing was decrypted into it: name another file, or give --force");

    private void Publish()
    {
        if (_path is null)
        {
            return;
        }

        try
        {
            File.Move(_temporaryPath!, _path, _replaces);
        }
        catch (IOException) when (!_replaces && File.Exists(_path))
        {
            throw Exists(_path);
        }
    }

    // Else a full disk would be told as trouble with the file that is read.
    private async Task ToldAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{(_path is null ? "standard output" : $"--output {_path}")} cannot be written: {error.Message}", error);
        }
    }

    private Stream Writer(bool isCompressed) =>
        _writer ??= isCompressed ? new GZipStream(_stream, CompressionLevel.Optimal, leaveOpen: true) : _stream;

    // Standard output stays open, but what is compressed has an end.
    private async Task CloseAsync()
    {
        if (_writer is not null && _writer != _stream)
        {
            await _writer.DisposeAsync();
        }

        if (_temporaryPath is not null)
        {
            await _stream.DisposeAsync();
        }
        else
        {
            await _stream.FlushAsync();
        }
    }
}
