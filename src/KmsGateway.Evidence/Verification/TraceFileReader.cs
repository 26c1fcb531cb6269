using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace KmsGateway.Evidence.Verification;

/// <summary>
/// Reads stored OTLP/JSON: one export request per line, or one in the whole file. Gzip is recognised by its first bytes. Holds one
/// request at a time.
/// </summary>
public sealed class TraceFileReader : IAsyncDisposable
{
    // The largest array of bytes that .NET makes.
    private const int MaxDocumentBytes = 0x7FFFFFC7;

    private readonly HashingStream _file;

    public TraceFileReader(Stream file)
    {
        _file = new HashingStream(file);
    }

    /// <summary>Of the file as it lies on disk, once it has been read to its end.</summary>
    public string Sha256 => _file.Sha256;

    /// <inheritdoc cref="Sha256"/>
    public long Length => _file.BytesRead;

    /// <exception cref="InvalidDataException">The file is broken gzip, or a line is too long.</exception>
    public async IAsyncEnumerable<TraceDocument> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var pipe = await OpenAsync(cancellationToken);
        var line = 0L;
        var mode = Mode.Unknown;
        var searched = 0L;
        while (true)
        {
            var result = await pipe.ReadAsync(cancellationToken);
            var rest = result.Buffer;
            while (mode != Mode.WholeFile && TryReadLine(ref rest, searched, result.IsCompleted, out var text))
            {
                line++;
                searched = 0;
                if (IsBlank(text))
                {
                    continue;
                }

                if (mode == Mode.Unknown && IsBeginOfDocument(text))
                {
                    // Its first line only begins one: the file is one request over several lines.
                    mode = Mode.WholeFile;
                    rest = result.Buffer;
                    break;
                }

                mode = Mode.Lines;
                yield return new TraceDocument(line, text.ToArray());
            }

            if (rest.Length > MaxDocumentBytes)
            {
                throw new InvalidDataException($"line {line + 1}: longer than {MaxDocumentBytes} bytes");
            }

            if (result.IsCompleted)
            {
                if (mode == Mode.WholeFile)
                {
                    yield return new TraceDocument(line, rest.ToArray());
                }

                break;
            }

            // A long line comes in many pieces; what has been looked at for its end is not looked at again.
            searched = rest.Length;
            pipe.AdvanceTo(rest.Start, rest.End);
        }

        await pipe.CompleteAsync();
        await _file.CopyToAsync(Stream.Null, cancellationToken);
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private async Task<PipeReader> OpenAsync(CancellationToken cancellationToken)
    {
        var options = new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true);
        var raw = PipeReader.Create(_file, options);
        var start = await raw.ReadAtLeastAsync(2, cancellationToken);
        var isGzip = start.Buffer.Length >= 2 && start.Buffer.Slice(0, 2).ToArray() is [0x1F, 0x8B];
        raw.AdvanceTo(start.Buffer.Start);
        return isGzip ? PipeReader.Create(new GZipStream(raw.AsStream(), CompressionMode.Decompress), options) : raw;
    }

    private static bool TryReadLine(ref ReadOnlySequence<byte> rest, long searched, bool isLast, out ReadOnlySequence<byte> line)
    {
        line = default;
        if (rest.Slice(searched).PositionOf((byte)'\n') is { } end)
        {
            line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return true;
        }

        if (!isLast || rest.IsEmpty)
        {
            return false;
        }

        line = rest;
        rest = rest.Slice(rest.End);
        return true;
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var segment in line)
        {
            if (segment.Span.ContainsAnyExcept(" \t\r"u8))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsBeginOfDocument(ReadOnlySequence<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = 10_000 }));
            while (reader.Read())
            {
            }

            return reader.CurrentDepth > 0 || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        }
        catch (JsonException)
        {
            // Broken, as a line may be in the midst of good ones.
            return false;
        }
    }

    private enum Mode
    {
        Unknown = 0,
        Lines,
        WholeFile,
    }
}
