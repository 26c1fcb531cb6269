namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>The part of a file that is being looked at, in one piece. It grows to what has to be seen at once, never beyond a limit.</summary>
/// <param name="stream">The file, inflated.</param>
/// <param name="limit">That limit.</param>
/// <param name="listener">Is told of what the window has left behind.</param>
internal sealed class InputWindow(Stream stream, int limit, ITraceFileListener? listener = null)
{
    private const int InitialBytes = 64 * 1024;

    private byte[] _buffer = new byte[Math.Min(InitialBytes, limit)];
    private int _start;
    private int _end;

    public int Limit => limit;

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(_start, _end - _start);

    public ReadOnlySpan<byte> Span => Memory.Span;

    public int Length => _end - _start;

    /// <summary>Nothing comes after what the window holds.</summary>
    public bool IsLast { get; private set; }

    public bool IsFull => Length == limit;

    public void Advance(int count)
    {
        listener?.Pass(Span[..count]);
        _start += count;
    }

    /// <summary>The window stands behind a JSON text.</summary>
    public void EndText() => listener?.EndText();

    /// <summary>Reads on, if anything is left and there is room. Doubling keeps the work in step with the file when all is looked at again.</summary>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        var wanted = (int)Math.Min(limit, Math.Max((long)Length * 2, InitialBytes));
        MakeRoom(wanted);
        while (!IsLast && Length < wanted)
        {
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            _end += read;
            IsLast = read == 0;
        }
    }

    private void MakeRoom(int wanted)
    {
        if (_buffer.Length - _start >= wanted)
        {
            return;
        }

        var target = wanted > _buffer.Length ? new byte[wanted] : _buffer;
        Span.CopyTo(target);
        _end -= _start;
        _start = 0;
        _buffer = target;
    }
}
