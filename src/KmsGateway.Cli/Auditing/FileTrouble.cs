using KmsGateway.Evidence.Verification.Inputs;

namespace KmsGateway.Cli.Auditing;

/// <summary>Says what keeps a file from being read, in the words of whoever named it.</summary>
internal static class FileTrouble
{
    public static bool Is(Exception error) =>
        error is IOException or UnauthorizedAccessException or InvalidDataException or TraceFileException;

    public static string Describe(string path, Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"{path}: no such file",
        UnauthorizedAccessException when Directory.Exists(path) => $"{path}: is a folder; name the files in it",
        UnauthorizedAccessException => $"{path}: permission denied",
        InvalidDataException => $"{path}: cannot be read to its end ({error.Message}); fetch the file again",
        _ => $"{path}: {error.Message}",
    };
}
