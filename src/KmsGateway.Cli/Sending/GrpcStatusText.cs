using System.Globalization;

namespace KmsGateway.Cli.Sending;

/// <summary>https://github.com/grpc/grpc/blob/master/doc/statuscodes.md</summary>
internal static class GrpcStatusText
{
    private static readonly string[] Names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
        "UNAUTHENTICATED",
    ];

    public static string Of(string status) =>
        int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code < Names.Length
            ? $"{Names[code]} ({status})"
            : $"grpc-status {status}";
}
