using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Sending;

/// <summary>The senders by protocol.</summary>
internal static class OtlpSenders
{
    public static IOtlpSender Create(OtlpProtocol protocol, GatewayEndpoints gateway, SendOptions options, CliEnvironment environment) =>
        protocol switch
        {
            OtlpProtocol.Grpc => new GrpcSender(gateway.OtlpGrpc, options, environment),
            OtlpProtocol.HttpProtobuf => new HttpSender(gateway.OtlpHttp, isJson: false, options, environment),
            OtlpProtocol.HttpJson => new HttpSender(gateway.OtlpHttp, isJson: true, options, environment),
            _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
        };

    public static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);

    /// <summary>Sends, and turns what keeps an answer from coming into a line that says what to do.</summary>
    public static async Task<OtlpAnswer> SendAsync(IOtlpSender sender, IReadOnlyList<SampleSpan> spans, CancellationToken cancellationToken)
    {
        try
        {
            return await sender.SendAsync(spans, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new CommandException(
                $"{sender.Name} {Text(sender.Address)} gives no answer: {error.Message}. Is the gateway running there?", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException(
                $"{sender.Name} {Text(sender.Address)} gave no answer within {SendOptions.Timeout.TotalSeconds:0} s", error);
        }
    }
}
