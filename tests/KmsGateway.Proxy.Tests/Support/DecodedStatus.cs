using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>google.rpc.Status as Google's own reader sees it.</summary>
internal sealed record DecodedStatus(int Code, string Message, double? RetryDelay)
{
    public static DecodedStatus Of(RpcException refusal) => Parse(refusal.Trailers.GetValueBytes("grpc-status-details-bin")!);

    public static DecodedStatus Parse(byte[] status)
    {
        var code = 0;
        var message = "";
        double? delay = null;
        using var reader = new CodedInputStream(status);
        while (reader.ReadTag() is var tag && tag != 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    code = reader.ReadInt32();
                    break;
                case 2:
                    message = reader.ReadString();
                    break;
                default:
                    delay = RetryDelayOf(Any.Parser.ParseFrom(reader.ReadBytes()));
                    break;
            }
        }

        return new DecodedStatus(code, message, delay);
    }

    private static double RetryDelayOf(Any detail)
    {
        Assert.Equal("type.googleapis.com/google.rpc.RetryInfo", detail.TypeUrl);
        using var reader = new CodedInputStream(detail.Value.ToByteArray());
        Assert.Equal(1, WireFormat.GetTagFieldNumber(reader.ReadTag()));
        return Duration.Parser.ParseFrom(reader.ReadBytes()).ToTimeSpan().TotalSeconds;
    }
}
