namespace KmsGateway.Proxy.Forwarding.EmbeddedSink;

/// <summary>Appends lines, one writer at a time. Opened for each line, so that a file which someone removes comes back.</summary>
internal sealed class TracesFile(string path) : IDisposable
{
    private readonly SemaphoreSlim _oneWriter = new(1);

    public string FullPath { get; } = path;

    public async Task AppendAsync(ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        await _oneWriter.WaitAsync(cancellationToken);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(FullPath)!);
            await using var file = new FileStream(FullPath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);

            // Not cancellable: half a line would spoil the file.
            await file.WriteAsync(line, CancellationToken.None);
            await file.FlushAsync(CancellationToken.None);
        }
        finally
        {
            _oneWriter.Release();
        }
    }

    public void Dispose() => _oneWriter.Dispose();
}
