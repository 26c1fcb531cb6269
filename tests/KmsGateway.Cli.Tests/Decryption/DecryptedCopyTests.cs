using KmsGateway.Cli.Decryption;
using KmsGateway.Cli.Terminal;
using Xunit;

namespace KmsGateway.Cli.Tests.Decryption;

public sealed class DecryptedCopyTests
{
    // Who reads "traces.jsonl: No space left on device" looks at the wrong disk.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_DiskIsFull_IsTroubleOfTheCopy(bool isCompressed)
    {
        await using var disk = new FullDisk();
        await using var copy = DecryptedCopy.To(disk);

        var error = await Assert.ThrowsAsync<CommandException>(async () =>
        {
            await copy.WriteAsync(new byte[1], isCompressed, TestContext.Current.CancellationToken);
            await copy.CompleteAsync(isCompressed, TestContext.Current.CancellationToken);
        });

        Assert.Equal("standard output cannot be written: No space left on device", error.Message);
    }

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw Full();

        public override void Write(byte[] buffer, int offset, int count) => throw Full();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw Full();

        private static IOException Full() => new("No space left on device");
    }
}
