using System.Buffers;
using System.Text;

namespace KmsGateway.Evidence.Otlp;

/// <summary>
/// A set of attribute keys: <c>*</c>, a key, or <c>prefix.*</c>, which stands for the keys that begin with the text up to and including
/// the dot. Where a set selects spans by the keys of their attributes, <c>*</c> selects also those without any.
/// </summary>
public sealed class KeyPatterns
{
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/-");

    private readonly bool _all;
    private readonly byte[][] _prefixes;
    private readonly byte[][] _keys;

    /// <param name="patterns">Valid patterns in any order; <see cref="Patterns"/> has them sorted and unique.</param>
    public KeyPatterns(IEnumerable<string> patterns)
    {
        Patterns = [.. patterns.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (Patterns.FirstOrDefault(pattern => !IsValid(pattern)) is { } invalid)
        {
            throw new ArgumentException(
                $"'{invalid}' is no attribute pattern: use *, a key of A-Z a-z 0-9 _ . : / -, or such a text ending in .*",
                nameof(patterns));
        }

        _all = Patterns.Contains("*");
        _prefixes = [.. Patterns.Where(IsPrefix).Select(pattern => Encoding.ASCII.GetBytes(pattern[..^1]))];
        _keys = [.. Patterns.Where(pattern => !IsPrefix(pattern) && pattern != "*").Select(Encoding.ASCII.GetBytes)];
    }

    public static KeyPatterns None { get; } = new([]);

    public IReadOnlyList<string> Patterns { get; }

    public static bool IsValid(string pattern)
    {
        if (pattern == "*")
        {
            return true;
        }

        var key = IsPrefix(pattern) ? pattern.AsSpan(0, pattern.Length - 2) : pattern;
        return !key.IsEmpty && !key.ContainsAnyExcept(KeyCharacters);
    }

    /// <summary>Holds <c>*</c>.</summary>
    public bool IsAll => _all;

    public bool Matches(ReadOnlySpan<byte> key)
    {
        if (_all)
        {
            return true;
        }

        foreach (var prefix in _prefixes)
        {
            if (key.StartsWith(prefix))
            {
                return true;
            }
        }

        foreach (var exact in _keys)
        {
            if (key.SequenceEqual(exact))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether every key that <paramref name="other"/> stands for is in this set too.</summary>
    public bool Contains(KeyPatterns other) => other.Patterns.All(Contains);

    /// <summary>Whether some key is in both sets.</summary>
    public bool Overlaps(KeyPatterns other) =>
        Patterns.Any(pattern => other.Contains(pattern)) || other.Patterns.Any(Contains);

    private bool Contains(string pattern) =>
        _all
        || (pattern != "*"
            && (Patterns.Contains(pattern)
                || _prefixes.Any(prefix => StartOf(pattern).AsSpan().StartsWith(prefix))));

    private static byte[] StartOf(string pattern) => Encoding.ASCII.GetBytes(IsPrefix(pattern) ? pattern[..^1] : pattern);

    private static bool IsPrefix(string pattern) => pattern.EndsWith(".*", StringComparison.Ordinal);
}
