using System.Runtime.InteropServices;

namespace KmsGateway.Testing.Processes;

internal static partial class UnixSignal
{
    private const int Terminate = 15;

    public static bool TrySendTerminate(int processId) => !OperatingSystem.IsWindows() && Kill(processId, Terminate) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
