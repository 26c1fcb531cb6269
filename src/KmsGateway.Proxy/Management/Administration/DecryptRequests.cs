using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Encryption;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>Reads what a call wants decrypted. It is right as a whole or not at all.</summary>
internal static class DecryptRequests
{
    public const int MaxValues = 1_000;

    private const int TraceIdLength = 32;
    private const int SpanIdLength = 16;

    public static bool TryRead(
        DecryptRequest request, [NotNullWhen(true)] out IReadOnlyList<ValueToDecrypt>? values, [NotNullWhen(false)] out string? problem)
    {
        values = null;
        problem = request.Values?.Count switch
        {
            null or 0 => "'values' is missing or empty.",
            > MaxValues => $"'values' has more than {MaxValues} entries. Ask in several calls.",
            _ => null,
        };
        if (problem is not null)
        {
            return false;
        }

        var read = new List<ValueToDecrypt>(request.Values!.Count);
        foreach (var value in request.Values)
        {
            if (Read(value, out problem) is not { } each)
            {
                problem = $"'values[{read.Count}]': {problem}";
                return false;
            }

            read.Add(each);
        }

        values = read;
        problem = null;
        return true;
    }

    private static ValueToDecrypt? Read(DecryptRequestValue? value, out string? problem)
    {
        problem = null;
        if (value?.Value is not { } text)
        {
            problem = "'value' is missing: the encrypted value, as it stands in the attribute.";
        }
        else if (!IsId(value.TraceId, TraceIdLength) || !IsId(value.SpanId, SpanIdLength))
        {
            problem = "'traceId' and 'spanId' are those of the span in lower hex, or empty where it has none that is one.";
        }
        else if (value.Scope is null || !ValuePlace.TryParseScope(value.Scope, out var scope))
        {
            problem = "'scope' is where the attribute is: span, event or link.";
        }
        else if (KeyOf(value) is not { } key)
        {
            problem = "'key' is the attribute's key; or 'keyBytes' in base64, if it is not UTF-8. Give one of them.";
        }
        else
        {
            var isEncrypted = EncryptedValue.TryParse(Encoding.UTF8.GetBytes(text), out var encrypted);
            return new ValueToDecrypt(
                text, isEncrypted ? encrypted : null, new ValueLocation(value.Tenant, value.TraceId!, value.SpanId!, scope, key));
        }

        return null;
    }

    private static bool IsId(string? text, int length) =>
        text?.Length == 0 || (text?.Length == length && text.All(char.IsAsciiHexDigitLower));

    private static byte[]? KeyOf(DecryptRequestValue value) => value switch
    {
        { Key: { } key, KeyBytes: null } => Encoding.UTF8.GetBytes(key),
        { Key: null, KeyBytes: { } bytes } when Base64.IsValid(bytes) => Convert.FromBase64String(bytes),
        _ => null,
    };
}
