using System.IO.Compression;
using ZstdSharp;

namespace KmsGateway.Proxy.Tests.Bodies;

/// <summary>Bodies in each coding, by libraries that senders use.</summary>
internal static class Coded
{
    public static byte[] Compress(string coding, ReadOnlySpan<byte> content)
    {
        if (coding == "identity")
        {
            return content.ToArray();
        }

        using var output = new MemoryStream();
        using (Stream compressing = coding switch
        {
            "gzip" => new GZipStream(output, CompressionLevel.SmallestSize, leaveOpen: true),
            "deflate" => new ZLibStream(output, CompressionLevel.SmallestSize, leaveOpen: true),
            _ => new CompressionStream(output, leaveOpen: true),
        })
        {
            compressing.Write(content);
        }

        return output.ToArray();
    }

    public static byte[] Decompress(string coding, byte[] content)
    {
        using var input = new MemoryStream(content);
        using Stream decompressing = coding switch
        {
            "gzip" => new GZipStream(input, CompressionMode.Decompress),
            "deflate" => new ZLibStream(input, CompressionMode.Decompress),
            "zstd" => new DecompressionStream(input),
            _ => input,
        };
        using var output = new MemoryStream();
        decompressing.CopyTo(output);
        return output.ToArray();
    }
}
