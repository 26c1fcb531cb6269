using System.Text.Json;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Signing;

/// <summary>Which span and resource attributes a signature covers.</summary>
public sealed class Coverage
{
    public const int MaxBytes = 256;

    public Coverage(KeyPatterns attributes, KeyPatterns resource)
    {
        Attributes = attributes;
        Resource = resource;
        var writer = new CanonicalJsonWriter();
        writer.BeginObject();
        Write(writer, "attr"u8, attributes);
        Write(writer, "res"u8, resource);
        writer.EndObject();
        Json = writer.ToArray();
    }

    public KeyPatterns Attributes { get; }

    public KeyPatterns Resource { get; }

    /// <summary>The canonical form as it stands in statements.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>Reads the member <c>cov</c> of a statement. Another order shows when the statement is written again.</summary>
    public static bool TryRead(JsonElement cov, out Coverage? coverage)
    {
        coverage = cov.ValueKind == JsonValueKind.Object
            && TryReadPatterns(cov, "attr", out var attributes)
            && TryReadPatterns(cov, "res", out var resource)
                ? new Coverage(new KeyPatterns(attributes), new KeyPatterns(resource))
                : null;
        return coverage?.Json.Length <= MaxBytes;
    }

    /// <summary>Reads a member that is a list of patterns, as statements and policies have them.</summary>
    internal static bool TryReadPatterns(JsonElement cov, string name, out List<string> patterns)
    {
        patterns = [];
        if (!cov.TryGetProperty(name, out var array) || array.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (var item in array.EnumerateArray())
        {
            if (StrictJson.Text(item) is not { } pattern || !KeyPatterns.IsValid(pattern))
            {
                return false;
            }

            patterns.Add(pattern);
        }

        return true;
    }

    private static void Write(CanonicalJsonWriter writer, ReadOnlySpan<byte> name, KeyPatterns patterns)
    {
        writer.Name(name);
        writer.BeginArray();
        foreach (var pattern in patterns.Patterns)
        {
            writer.String(pattern);
        }

        writer.EndArray();
    }
}
