using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Proxy.Protection;

/// <summary>
/// Lists of attribute patterns as they stand in the configuration. The options do not show everything: the binder passes over a single
/// value where a list is due, and the default would hold without a word.
/// </summary>
internal static class PatternList
{
    public static IEnumerable<string> Problems(IConfiguration configuration, string setting)
    {
        var list = configuration.GetSection(setting);
        if (!string.IsNullOrEmpty(list.Value))
        {
            yield return $"{setting} is '{list.Value}', but has to be a list. Set {setting}:0, {setting}:1 and so on.";
        }

        foreach (var pattern in list.GetChildren().Where(pattern => pattern.Value is null || !KeyPatterns.IsValid(pattern.Value)))
        {
            yield return $"{pattern.Path} is '{pattern.Value}', which is no attribute pattern. "
                + "Use *, a key of A-Z a-z 0-9 _ . : / -, or such a text ending in .*";
        }
    }
}
