using System.IO.Compression;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Tests.Vectors;
using KmsGateway.Evidence.Verification.Inputs;
using KmsGateway.Evidence.Verification.Stores;
using Xunit;

namespace KmsGateway.Evidence.Tests.Verification.Inputs;

public sealed class TraceFileListenerTests
{
    public static TheoryData<string> Input => [.. VectorFile.Names("input")];

    public static TheoryData<string> Store => [.. VectorFile.Names("store")];

    [Theory]
    [MemberData(nameof(Input))]
    public Task Pass_FilesOfTheVectors_IsAllOfThem(string name) => AssertPassesAllAsync("input", name);

    [Theory]
    [MemberData(nameof(Store))]
    public Task Pass_AnswersOfTheVectors_IsAllOfThem(string name) => AssertPassesAllAsync("store", name);

    private static async Task AssertPassesAllAsync(string folder, string name)
    {
        foreach (var file in VectorFile.Read(folder, name).Json["files"]!.AsArray())
        {
            var bytes = VectorFile.Bytes(file!);
            var passed = new PassedText();
            try
            {
                await using var reader = new TraceFileReader(new MemoryStream(bytes)) { Listener = passed };
                var begins = new List<(long Start, int Length, byte[] Framed)>();
                var isWhole = true;
                await foreach (var document in reader.ReadAsync(TestContext.Current.CancellationToken))
                {
                    isWhole &= document.Error == OtlpError.None;
                    if (document is { Error: OtlpError.None, Store: TraceStore.None })
                    {
                        begins.Add((passed.Length + document.Origin.Offset, document.Origin.Length, document.Origin.Frame([document.Bytes])));
                    }
                }

                var text = reader.IsCompressed ? Inflate(bytes) : bytes;
                Assert.All(begins, each => Assert.Equal(text[(int)each.Start..][..each.Length], each.Framed));
                Assert.True(!isWhole || text.AsSpan().SequenceEqual(passed.ToArray()), "Not all of the file was passed.");
            }
            catch (Exception error) when (error is InvalidDataException or TraceFileException)
            {
                // A broken file ends where it breaks.
            }
        }
    }

    private static byte[] Inflate(byte[] bytes)
    {
        using var text = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        gzip.CopyTo(text);
        return text.ToArray();
    }

    private sealed class PassedText : MemoryStream, ITraceFileListener
    {
        public void Pass(ReadOnlySpan<byte> text) => Write(text);

        public void EndText()
        {
        }
    }
}
