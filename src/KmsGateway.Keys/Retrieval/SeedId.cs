using System.Buffers;
using System.Globalization;

namespace KmsGateway.Keys.Retrieval;

/// <summary>The kid of a seed is the id of its row, so that nothing about the secret can be learnt from it.</summary>
internal static class SeedId
{
    private const int Length = 32;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    public static string KidOf(Guid id) => id.ToString("N", CultureInfo.InvariantCulture);

    /// <summary>Reads 32 lower-case hex digits.</summary>
    public static bool TryParse(string kid, out Guid id)
    {
        id = Guid.Empty;
        return kid.Length == Length && !kid.AsSpan().ContainsAnyExcept(HexDigits) && Guid.TryParseExact(kid, "N", out id);
    }
}
