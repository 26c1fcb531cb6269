using System.Globalization;
using KmsGateway.Cryptography;

namespace KmsGateway.Cli.Reporting;

/// <summary>Times of statements as ISO 8601 in UTC, to the nanosecond.</summary>
internal static class UtcText
{
    private const ulong PerSecond = 1_000_000_000;

    public static string Of(ulong nanoseconds) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{UnixNanoseconds.ToTime(nanoseconds):yyyy-MM-dd'T'HH:mm:ss}.{nanoseconds % PerSecond:D9}Z");
}
