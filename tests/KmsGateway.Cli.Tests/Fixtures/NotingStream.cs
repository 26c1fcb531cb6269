namespace KmsGateway.Cli.Tests.Fixtures;

/// <summary>Forgets what is written, and notes how far something else was when that began.</summary>
internal sealed class NotingStream(Func<long> position) : MemoryStream
{
    public long AtFirstWrite { get; private set; }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Note();
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Note();
        return ValueTask.CompletedTask;
    }

    private void Note() => AtFirstWrite = AtFirstWrite == 0 ? position() : AtFirstWrite;
}
