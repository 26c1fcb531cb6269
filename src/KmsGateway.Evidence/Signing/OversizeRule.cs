using System.Text.Json;
using KmsGateway.Cryptography;

namespace KmsGateway.Evidence.Signing;

/// <summary>What a policy says of spans with keys or values that stores would cut.</summary>
/// <param name="Bytes">Longer ones are oversize.</param>
/// <param name="Action">Whether such a span is signed and counted, or marked.</param>
public sealed record OversizeRule(long Bytes, string Action)
{
    /// <summary>Reads the member <c>oversize</c> of a policy. A policy without it says nothing of such spans.</summary>
    internal static bool TryRead(JsonElement policy, out OversizeRule? rule)
    {
        rule = null;
        if (!policy.TryGetProperty("oversize"u8, out var oversize))
        {
            return true;
        }

        if (oversize.ValueKind != JsonValueKind.Object
            || !oversize.TryGetProperty("bytes"u8, out var number) || number.ValueKind != JsonValueKind.Number
            || !number.TryGetInt64(out var bytes)
            || StrictJson.Text(oversize, "on") is not { } action)
        {
            return false;
        }

        rule = new OversizeRule(bytes, action);
        return true;
    }
}
