using System.Globalization;

namespace KmsGateway.Cryptography;

/// <summary>Times of the format: nanoseconds since 1970 in UTC, written as decimal text without leading zeros.</summary>
public static class UnixNanoseconds
{
    private const ulong PerTick = 100;

    public static ulong From(DateTimeOffset time) => (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * PerTick;

    public static DateTimeOffset ToTime(ulong nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks((long)(nanoseconds / PerTick));

    public static string Format(ulong nanoseconds) => nanoseconds.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse(string? text, out ulong nanoseconds) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out nanoseconds)
        && (text!.Length == 1 || text[0] != '0');
}
