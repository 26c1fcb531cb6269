using CommunityToolkit.HighPerformance;
using KmsGateway.Proxy.Rejections;
using ZstdSharp;

namespace KmsGateway.Proxy.Bodies;

/// <summary>Inflates, and counts while it does: a bomb is refused long before it is whole.</summary>
internal sealed class Inflater(LimitsOptions limits)
{
    private const int Chunk = 64 * 1024;
    private const int RatioAppliesFrom = 1024 * 1024;

    /// <exception cref="RejectionException">It is too large, or not what its coding says.</exception>
    public void Inflate(ReadOnlyMemory<byte> compressed, ContentCoding coding, LeasedBuffer output, AdmissionLease lease)
    {
        if (compressed.IsEmpty)
        {
            throw Undecodable(coding);
        }

        // The decoder's window is not in our buffer, and paid for all the same.
        var window = coding == ContentCoding.Zstd ? ContentCodings.ZstdWindowBytes : 0;
        lease.Take(window);
        try
        {
            using var input = compressed.AsStream();
            using var inflating = coding.Decompress(input);
            CopyTo(inflating, compressed.Length, output);
        }
        catch (Exception broken) when (broken is InvalidDataException or ZstdException or EndOfStreamException)
        {
            throw Undecodable(coding);
        }
        finally
        {
            lease.GiveBack(window);
        }
    }

    private void CopyTo(Stream inflating, int compressedLength, LeasedBuffer output)
    {
        while (true)
        {
            var read = inflating.Read(output.GetSpan(Math.Min(Chunk, Math.Max(limits.MaxMessageBytes - output.WrittenCount, 1))));
            if (read == 0)
            {
                return;
            }

            output.Advance(read);
            if (output.WrittenCount > limits.MaxMessageBytes)
            {
                throw TooLarge($"the body inflates to more than the {limits.MaxMessageBytes} bytes that are allowed");
            }

            if (output.WrittenCount > RatioAppliesFrom && output.WrittenCount / limits.MaxInflationRatio > compressedLength)
            {
                throw TooLarge($"the body inflates to more than {limits.MaxInflationRatio} times its size");
            }
        }
    }

    private static RejectionException Undecodable(ContentCoding coding) =>
        new(RejectionReason.Undecodable, $"the body is not valid {coding.Name()}");

    private static RejectionException TooLarge(string message) => new(RejectionReason.TooLarge, $"{message}; send smaller batches");
}
