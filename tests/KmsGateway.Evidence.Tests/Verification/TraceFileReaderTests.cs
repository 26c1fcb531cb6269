using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using KmsGateway.Evidence.Verification;
using Xunit;

namespace KmsGateway.Evidence.Tests.Verification;

public sealed class TraceFileReaderTests
{
    [Theory]
    [InlineData("{\"a\":1}\n{\"b\":2}\n", "1:{\"a\":1} 2:{\"b\":2}")]
    [InlineData("\r\n\n{\"a\":1}\r\n\n {\"b\":2}", "3:{\"a\":1} 5:{\"b\":2}")]
    [InlineData("{\n \"a\":\n1}\n", "1:{  \"a\": 1}")]
    [InlineData("{\"a\":1}\nnot json\n", "1:{\"a\":1} 2:not json")]
    [InlineData("not json\n{\"a\":1}\n", "1:not json 2:{\"a\":1}")]
    [InlineData("", "")]
    [InlineData("\n\n", "")]
    public async Task ReadAsync_LinesOrOneDocument_GivesEachWithItsLine(string text, string expected) =>
        Assert.Equal(expected.Trim(), await ReadAsync(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public async Task ReadAsync_Gzip_IsInflatedAndHashedAsItLies()
    {
        var file = Gzip("{\"a\":1}\n{\"b\":2}\n");
        await using var reader = new TraceFileReader(new MemoryStream(file));
        var count = 0;
        await foreach (var _ in reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            count++;
        }

        Assert.Equal(2, count);
        Assert.Equal(file.Length, reader.Length);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), reader.Sha256);
    }

    [Fact]
    public async Task ReadAsync_LineLongerThanAnyBuffer_ComesWhole()
    {
        var line = $"{{\"a\":\"{new string('x', 1_000_000)}\"}}";

        Assert.Equal($"1:{line} 2:{line}", await ReadAsync(Encoding.UTF8.GetBytes($"{line}\n{line}\n")));
    }

    private static async Task<string> ReadAsync(byte[] file)
    {
        await using var reader = new TraceFileReader(new MemoryStream(file));
        var documents = new List<string>();
        await foreach (var document in reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            documents.Add($"{document.Line}:{Encoding.UTF8.GetString(document.Json.Span).Trim().Replace('\n', ' ')}");
        }

        return string.Join(' ', documents);
    }

    private static byte[] Gzip(string text)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return file.ToArray();
    }
}
