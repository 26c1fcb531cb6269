using System.Diagnostics.CodeAnalysis;

namespace KmsGateway.Fuzz;

/// <summary>A rule that holds for every input did not hold for this one.</summary>
internal sealed class InvariantException(string message) : Exception(message)
{
    public static void ThrowIfNot([DoesNotReturnIf(false)] bool holds, string rule)
    {
        if (!holds)
        {
            throw new InvariantException(rule);
        }
    }
}
