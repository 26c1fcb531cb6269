using System.Buffers;
using KmsGateway.Evidence.Verification.Inputs;

namespace KmsGateway.Cli.Decryption;

/// <summary>
/// What was read of a file, in the order in which its copy is written: bytes that stay, and documents between them. What stands around the
/// documents of a store's answer is left out, for the copy is not one.
/// </summary>
internal sealed class CopyQueue : ITraceFileListener
{
    private const int MiB = 1024 * 1024;

    // What stands before the first spans of a JSON text waits until it is known whether the text is a store's answer.
    private const int MaxHeadBytes = MiB;
    private const int MaxTextBytes = 512 * MiB;

    private readonly List<CopyPart> _parts = [];
    private readonly Queue<(long Start, EncryptedDocument Document)> _expected = new();
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly ArrayBufferWriter<byte> _head = new();
    private long _position;
    private TextKind _kind;
    private bool _isBehindAnswer;

    private enum TextKind
    {
        /// <summary>Not known yet.</summary>
        Open = 0,
        Request,
        Answer,
    }

    /// <summary>How much of the file waits here, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>A document comes of which the copy has the same bytes.</summary>
    public void AddUnchanged() => BeginRequest();

    /// <summary>A document comes of which the copy has others.</summary>
    public void Add(EncryptedDocument document)
    {
        Bytes += document.Origin.Length;
        if (document.Origin.Framing == TraceFraming.Answer)
        {
            BeginAnswer();
            Place(document);
        }
        else
        {
            BeginRequest();
            _expected.Enqueue((_position + document.Origin.Offset, document));
        }
    }

    public void Pass(ReadOnlySpan<byte> text)
    {
        while (_expected.TryPeek(out var next) && next.Start < _position + text.Length)
        {
            var before = (int)(next.Start - _position);
            Keep(text[..before]);
            Place(_expected.Dequeue().Document);
            _isBehindAnswer = false;
            var end = before + next.Document.Origin.Length;
            _position += end;
            text = text[end..];
        }

        Keep(text);
        _position += text.Length;
    }

    public void EndText()
    {
        if (_kind == TextKind.Open)
        {
            BeginRequest();
        }

        _isBehindAnswer = _kind == TextKind.Answer;
        _kind = TextKind.Open;
    }

    /// <summary>What has been passed so far. Documents that were added and not passed come with the next.</summary>
    /// <param name="isEnd">Nothing comes after it.</param>
    public IReadOnlyList<CopyPart> Take(bool isEnd)
    {
        if (isEnd)
        {
            EndText();
        }

        EndPart();
        CopyPart[] parts = [.. _parts];
        _parts.Clear();
        Bytes = _expected.Sum(next => (long)next.Document.Origin.Length);
        return parts;
    }

    private void BeginRequest()
    {
        if (_kind == TextKind.Open)
        {
            _kind = TextKind.Request;
            _text.Write(_head.WrittenSpan);
            _head.ResetWrittenCount();
        }
    }

    private void BeginAnswer()
    {
        if (_kind == TextKind.Request)
        {
            throw new TraceFileException($"a store's answer has more than {MaxHeadBytes / MiB} MiB before its spans; fetch it again, in parts");
        }

        _kind = TextKind.Answer;
        _head.ResetWrittenCount();
    }

    private void Keep(ReadOnlySpan<byte> text)
    {
        if (_kind == TextKind.Answer)
        {
            return;
        }

        if (_isBehindAnswer)
        {
            // The copy of an answer has its line break.
            text = text.TrimStart(" \t\r\n"u8);
            _isBehindAnswer = text.IsEmpty;
        }

        if (text.IsEmpty)
        {
            return;
        }

        if (_kind == TextKind.Open && _head.WrittenCount + text.Length > MaxHeadBytes)
        {
            BeginRequest();
        }

        Bytes += text.Length;
        if (Bytes > MaxTextBytes)
        {
            throw new TraceFileException($"more than {MaxTextBytes / MiB} MiB between two requests are neither");
        }

        (_kind == TextKind.Open ? _head : _text).Write(text);
    }

    private void Place(EncryptedDocument document)
    {
        EndPart();
        _parts.Add(new CopyPart(default, document));
    }

    private void EndPart()
    {
        if (_text.WrittenCount > 0)
        {
            _parts.Add(new CopyPart(_text.WrittenSpan.ToArray(), null));
            _text.ResetWrittenCount();
        }
    }
}
