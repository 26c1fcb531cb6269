using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace KmsGateway.Keys.Providers.Local;

/// <summary>The file with the 32 bytes under which <see cref="LocalKmsProvider"/> wraps.</summary>
internal sealed partial class MasterKeyFile
{
    public const int KeySize = 32;

    private const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerAll = OwnerReadWrite | UnixFileMode.UserExecute;

    private readonly string _path;
    private volatile bool _seen;

    public MasterKeyFile(string path)
    {
        _path = Path.GetFullPath(path);
        Name = Path.GetFileName(_path);
    }

    /// <summary>The file's name without its folders, for messages.</summary>
    public string Name { get; }

    /// <summary>Reads the key; the first use makes the file.</summary>
    public async Task<UnwrappedSecret> ReadOrCreateAsync(CancellationToken cancellationToken)
    {
        // A file that was there and is gone is an outage. A new one in its place would orphan every key wrapped under the old.
        if (!_seen && !Exists())
        {
            try
            {
                Create();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw Explain(exception);
            }
        }

        return await ReadAsync(cancellationToken);
    }

    public async Task<UnwrappedSecret> ReadAsync(CancellationToken cancellationToken)
    {
        if (!Exists())
        {
            throw new KmsException(
                KmsFailure.Unavailable,
                $"The master key file '{Name}' is missing. Put it back: nothing wrapped under it can be read without it.");
        }

        var key = new UnwrappedSecret(KeySize);
        try
        {
            using var file = OpenChecked();
            if (await RandomAccess.ReadAsync(file, key.Memory, 0, cancellationToken) != KeySize)
            {
                throw WrongLength();
            }

            _seen = true;
            return key;
        }
        catch (Exception exception)
        {
            key.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw Explain(exception);
            }

            throw;
        }
    }

    // A symbolic link counts as existing even if it leads nowhere: it is refused, not followed.
    private bool Exists() => Path.Exists(_path) || new FileInfo(_path).LinkTarget is not null;

    private SafeFileHandle OpenChecked()
    {
        if (new FileInfo(_path).LinkTarget is not null)
        {
            throw Refused("it is a symbolic link", "Name the file itself in Kms:Local:MasterKeyFile");
        }

        var file = File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.Asynchronous);
        try
        {
            // Of the opened file, not of its path: what is checked is what is read.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~OwnerAll) is not UnixFileMode.None)
            {
                throw Refused("others than its owner have rights to it", $"Run: chmod 600 {Name}");
            }

            if (RandomAccess.GetLength(file) != KeySize)
            {
                throw WrongLength();
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // The file appears whole or not at all, and never in the place of another: two gateways that start at once use one key.
    private void Create()
    {
        CreateFolder(Path.GetDirectoryName(_path)!);
        var draft = $"{_path}.{Guid.NewGuid():N}";
        try
        {
            WriteDraft(draft);
            Publish(draft);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static void WriteDraft(string draft)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerReadWrite;
        }

        using var key = new UnwrappedSecret(KeySize);
        RandomNumberGenerator.Fill(key.Bytes);
        using var file = new FileStream(draft, options);
        file.Write(key.Bytes);
        file.Flush(flushToDisk: true);
    }

    private void Publish(string draft)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                File.Move(draft, _path, overwrite: false);
            }
            catch (IOException) when (File.Exists(_path))
            {
                // Another process was first: its key is the key.
            }
        }
        else if (Link(draft, _path) != 0 && !Exists())
        {
            // File.Move looks and then renames, which can replace a file made in between; link(2) cannot.
            throw new IOException($"link failed with error {Marshal.GetLastPInvokeError()}");
        }
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerAll);
        }
    }

    // The text of an I/O exception names the whole path, so it is not passed on; its type says enough.
    private KmsException Explain(Exception exception) => exception is UnauthorizedAccessException
        ? new(KmsFailure.Denied, $"The gateway's user has no right to the master key file '{Name}' or its folder.")
        : new(KmsFailure.Unavailable, $"The master key file '{Name}' cannot be read or made ({exception.GetType().Name}).");

    private KmsException WrongLength() => Refused($"it does not have exactly {KeySize} bytes", "Restore it from a copy");

    private KmsException Refused(string what, string remedy) =>
        new(KmsFailure.Misconfigured, $"The master key file '{Name}' is refused: {what}. {remedy}.");

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string existing, string name);
}
