using System.Globalization;
using System.Text;
using Xunit;

namespace KmsGateway.Testing.Clients;

/// <summary>An answer over HTTP or gRPC, trailers among the headers.</summary>
public sealed record OtlpResponse(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>null where the answer has none, as over plain HTTP.</summary>
    public int? GrpcStatus =>
        Headers.TryGetValue("grpc-status", out var status) ? int.Parse(status, CultureInfo.InvariantCulture) : null;

    public string? GrpcMessage => Headers.TryGetValue("grpc-message", out var message) ? Uri.UnescapeDataString(message) : null;

    /// <summary>The serialised <c>google.rpc.Status</c>.</summary>
    public byte[]? GrpcDetails => Headers.TryGetValue("grpc-status-details-bin", out var details)
        ? Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '='))
        : null;

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Fails the test, with the answer, unless it is 200 and, over gRPC, OK.</summary>
    public OtlpResponse Succeeded()
    {
        Assert.True(Status == 200 && GrpcStatus is null or 0, $"Not a success: {this}");
        return this;
    }

    public override string ToString() =>
        $"HTTP {Status}, {string.Join(", ", Headers.Select(header => $"{header.Key}: {header.Value}"))}\n{Text}";
}
