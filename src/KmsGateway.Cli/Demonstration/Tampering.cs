using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace KmsGateway.Cli.Demonstration;

/// <summary>What somebody with access to the backend could do to a stored span.</summary>
internal static class Tampering
{
    /// <summary>Changes the first character of a text that stands exactly once in the stored line, and nothing else.</summary>
    /// <param name="line">The stored line; it is left as it is.</param>
    /// <param name="value">An attribute's value that is written without escapes.</param>
    /// <param name="with">The character to put there.</param>
    /// <param name="tampered">The changed line.</param>
    public static bool TryReplaceFirst(ReadOnlySpan<byte> line, string value, char with, [NotNullWhen(true)] out byte[]? tampered)
    {
        tampered = null;
        var text = Encoding.ASCII.GetBytes($"\"{value}\"");
        var position = line.IndexOf(text);
        if (position < 0 || line[(position + text.Length)..].IndexOf(text) >= 0)
        {
            return false;
        }

        tampered = line.ToArray();
        tampered[position + 1] = (byte)with;
        return true;
    }
}
