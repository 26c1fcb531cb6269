using System.Globalization;

namespace KmsGateway.Keys.Memory;

/// <summary>
/// Memory that the kernel never writes to swap, where libsodium keeps Ed25519 keys. Above the limit of the process it does not lock, and
/// does not say so.
/// </summary>
internal static class LockedMemory
{
    /// <summary>What one key takes: the page that its guard pages surround.</summary>
    public const long BytesPerKey = 4_096;

    // capabilities(7): CAP_IPC_LOCK is not bound by the limit.
    private const int IpcLock = 14;

    /// <summary>How much this process has locked; null where the kernel does not tell.</summary>
    public static long? Current => Field("/proc/self/status", "VmLck:") is { } line && Number(line) is { } kilobytes ? kilobytes * 1_024 : null;

    /// <summary>How much it may lock; null if there is no limit or nobody knows.</summary>
    public static long? Limit =>
        Field("/proc/self/status", "CapEff:") is { } capabilities
        && ulong.TryParse(capabilities.Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var effective)
        && (effective & (1UL << IpcLock)) == 0
            ? Number(Field("/proc/self/limits", "Max locked memory") ?? "")
            : null;

    private static string? Field(string file, string name) =>
        OperatingSystem.IsLinux() && File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..]
            : null;

    private static long? Number(string text) =>
        text.Split(' ', '\t').FirstOrDefault(part => part.Length > 0) is { } first
        && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
