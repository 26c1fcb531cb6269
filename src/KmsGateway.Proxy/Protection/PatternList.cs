using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Proxy.Protection;

/// <summary>Lists of attribute patterns in the configuration.</summary>
internal static class PatternList
{
    public static IEnumerable<string> Problems(string setting, IEnumerable<string> patterns) => patterns
        .Where(pattern => !KeyPatterns.IsValid(pattern))
        .Select(invalid => $"{setting}: '{invalid}' is no attribute pattern. Use *, a key of A-Z a-z 0-9 _ . : / -, or such a text ending in .*");
}
