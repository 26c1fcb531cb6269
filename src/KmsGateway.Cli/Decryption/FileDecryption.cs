using System.Text;
using KmsGateway.Cli.Auditing;
using KmsGateway.Cli.Terminal;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification.Inputs;
using KmsGateway.Evidence.Verification.Stores;

namespace KmsGateway.Cli.Decryption;

/// <summary>Copies a file with clear values in the place of the encrypted ones. What cannot be decrypted stays, and is named.</summary>
internal sealed class FileDecryption(AuditFile file, DecryptionClient client, CliEnvironment environment)
{
    // Of small documents many are asked for at once; a large one is so by itself.
    private const int MaxWaitingBytes = 32 * 1024 * 1024;

    // What is known of a document takes memory too, and an answer of a store may have one for each three bytes.
    private const int BytesBesideDocument = 4 * 1024;

    private readonly CopyQueue _queue = new();
    private readonly List<EncryptedDocument> _waiting = [];
    private int _waitingValues;
    private long _waitingBytes;

    public long Decrypted { get; private set; }

    public long Left { get; private set; }

    /// <summary>The file is in a store's own form, and the copy is not.</summary>
    public bool IsTranscoded { get; private set; }

    /// <exception cref="CommandException">The file cannot be read, or the gateway does not answer: there is no copy.</exception>
    public async Task RunAsync(DecryptedCopy copy, CancellationToken cancellationToken)
    {
        try
        {
            await using var reader = new TraceFileReader(file.Open()) { Listener = _queue };
            await foreach (var document in reader.ReadAsync(cancellationToken))
            {
                Take(document);
                if (_waitingValues >= DecryptionClient.MaxValues || Math.Max(_waitingBytes, _queue.Bytes) >= MaxWaitingBytes)
                {
                    await WriteAsync(copy, reader.IsCompressed, isEnd: false, cancellationToken);
                }
            }

            await WriteAsync(copy, reader.IsCompressed, isEnd: true, cancellationToken);
            await copy.CompleteAsync(reader.IsCompressed, cancellationToken);
        }
        catch (Exception error) when (FileTrouble.Is(error))
        {
            throw new CommandException(FileTrouble.Describe(file.Path, error), error);
        }
    }

    private void Take(TraceDocument document)
    {
        var error = document.Error;
        EncryptedRequest? request = null;
        if (error == OtlpError.None)
        {
            error = EncryptedRequest.TryRead(document.Bytes, document.Encoding, out request);
        }

        if (error != OtlpError.None)
        {
            throw new CommandException(BrokenDocuments.Explain(file.Path, document, error));
        }

        if (request!.Values.Count == 0 && document.Store == TraceStore.None)
        {
            _queue.AddUnchanged();
            return;
        }

        IsTranscoded |= document.Store != TraceStore.None;

        // The reader uses the bytes again.
        EncryptedRequest.TryRead(document.Bytes.ToArray(), document.Encoding, out request);
        var isOneLine = document.Encoding is JsonTraceEncoding && !document.Bytes.Span.Contains((byte)'\n');
        var encrypted = new EncryptedDocument(document.Place, document.Origin, request, isOneLine);
        _queue.Add(encrypted);
        _waiting.Add(encrypted);
        _waitingValues += request.Values.Count;
        _waitingBytes += document.Bytes.Length + BytesBesideDocument;
    }

    private async Task WriteAsync(DecryptedCopy copy, bool isCompressed, bool isEnd, CancellationToken cancellationToken)
    {
        await DecryptAsync(cancellationToken);
        foreach (var part in _queue.Take(isEnd))
        {
            if (part.Document is { Origin.Framing: TraceFraming.Answer })
            {
                await copy.BeginLineAsync(isCompressed, cancellationToken);
            }

            await copy.WriteAsync(part.Document?.ToBytes() ?? part.Text, isCompressed, cancellationToken);
        }
    }

    private async Task DecryptAsync(CancellationToken cancellationToken)
    {
        var values = _waiting.SelectMany(document => document.Request.Values.Select(value => (Document: document, Value: value))).ToList();
        var answers = values.Count == 0 ? [] : await client.AskAsync([.. values.Select(each => each.Value)], cancellationToken);
        foreach (var ((document, value), answer) in values.Zip(answers))
        {
            var refused = answer.Clear is { } clear ? Refusal(document.Request.Restore(value, clear)) : answer;
            if (refused is null)
            {
                Decrypted++;
            }
            else
            {
                Left++;
                await TellAsync(document, value, refused);
            }
        }

        foreach (var answer in answers)
        {
            answer.Clear?.Dispose();
        }

        _waiting.Clear();
        _waitingValues = 0;
        _waitingBytes = 0;
    }

    private static ValueAnswer? Refusal(RestoreRefusal refusal) => refusal switch
    {
        RestoreRefusal.None => null,
        RestoreRefusal.OtherEncoding => ValueAnswer.Refused(
            "other-encoding",
            "It came as something that only the other encoding of OTLP can hold. Decrypt the file as it was before it was transcoded."),
        _ => ValueAnswer.Refused(
            "changed", "Something was added to its KeyValue, which would be lost. Decrypt the file as the gateway sent it."),
    };

    private Task TellAsync(EncryptedDocument document, LocatedValue value, ValueAnswer refused)
    {
        var place = value.Location;
        return environment.Error.WriteLineAsync(
            $"{Tool.Name}: {PrintableText.Escape(file.Path)}: {document.Place}: trace {IdText(place.TraceId)}, span {IdText(place.SpanId)}, "
            + $"{Encoding.ASCII.GetString(ValuePlace.NameOf(place.Scope))} attribute {PrintableText.Quote(Encoding.UTF8.GetString(place.Key.Span))} "
            + $"stays encrypted ({PrintableText.Escape(refused.Code)}): {PrintableText.Escape(refused.Message)}");
    }

    private static string IdText(string id) => id.Length == 0 ? "without id" : id;
}
