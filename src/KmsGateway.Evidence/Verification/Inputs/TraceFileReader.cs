using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>
/// Reads stored traces, whatever form they are in, a document at a time. Its memory does not grow with the file.
/// </summary>
public sealed class TraceFileReader : IAsyncDisposable
{
    private readonly HashingStream _file;
    private readonly int _limit;

    public TraceFileReader(Stream file)
        : this(file, TraceLimits.MaxDocumentBytes)
    {
    }

    internal TraceFileReader(Stream file, int limit)
    {
        _file = new HashingStream(file);
        _limit = limit;
    }

    public ITraceFileListener? Listener { get; init; }

    /// <summary>The file is gzip. Known once something of it was read.</summary>
    public bool IsCompressed { get; private set; }

    /// <summary>Of the file as it lies on disk, once it has been read to its end.</summary>
    public string Sha256 => _file.Sha256;

    /// <inheritdoc cref="Sha256"/>
    public long Length => _file.BytesRead;

    /// <exception cref="InvalidDataException">The file is broken gzip.</exception>
    /// <exception cref="TraceFileException">A document is too long to be read.</exception>
    public async IAsyncEnumerable<TraceDocument> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var window = await OpenAsync(cancellationToken);
        var form = TraceFileForm.Undecided;
        while ((form = TraceFileForms.Recognise(window.Span, window.IsLast || window.IsFull)) == TraceFileForm.Undecided)
        {
            await window.FillAsync(cancellationToken);
        }

        ITraceSource source = form switch
        {
            TraceFileForm.Protobuf => new ProtobufRequest(window),
            TraceFileForm.LengthPrefixed => new LengthPrefixedRequests(window),
            _ => new JsonTexts(window),
        };
        await foreach (var document in source.ReadAsync(cancellationToken))
        {
            yield return document;
        }

        window.Advance(window.Length);
        await _file.CopyToAsync(Stream.Null, cancellationToken);
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private async Task<InputWindow> OpenAsync(CancellationToken cancellationToken)
    {
        var raw = PipeReader.Create(_file, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var start = await raw.ReadAtLeastAsync(TraceFileForms.Gzip.Length, cancellationToken);
        IsCompressed = TraceFileForms.IsGzip(start.Buffer);
        raw.AdvanceTo(start.Buffer.Start);
        var text = IsCompressed ? new GZipStream(raw.AsStream(), CompressionMode.Decompress) : raw.AsStream();
        var window = new InputWindow(text, _limit, Listener);
        await window.FillAsync(cancellationToken);
        return window;
    }
}
