namespace KmsGateway.Fuzz;

/// <summary>Changes inputs without looking: the same seed, the same changes.</summary>
internal sealed class Mutator(int seed)
{
    private const int MaxBytes = 64 * 1024;
    private const int RarelyLarge = 64;

    private static readonly byte[] Interesting = [0, 1, 0x7F, 0x80, 0xFF, (byte)'"', (byte)'\\', (byte)'{', (byte)'}', (byte)'[', (byte)'0', (byte)'\n'];

    private readonly Random _random = new(seed);

    public byte[] Mutate(byte[] input, byte[] other)
    {
        var changes = 1 + _random.Next(4);
        for (var i = 0; i < changes; i++)
        {
            input = Change(input, other);
        }

        input = _random.Next(RarelyLarge) == 0 ? Stretch(input) : input;
        return input.Length <= MaxBytes ? input : input[..MaxBytes];
    }

    public int Next(int max) => _random.Next(max);

    private byte[] Change(byte[] input, byte[] other)
    {
        var at = _random.Next(input.Length + 1);
        var length = _random.Next(Math.Min(32, input.Length - at) + 1);
        return _random.Next(7) switch
        {
            0 when at < input.Length => [.. input[..at], (byte)(input[at] ^ (1 << _random.Next(8))), .. input[(at + 1)..]],
            1 when at < input.Length => [.. input[..at], Interesting[_random.Next(Interesting.Length)], .. input[(at + 1)..]],
            2 => [.. input[..at], Interesting[_random.Next(Interesting.Length)], .. input[at..]],
            3 => [.. input[..at], .. input[(at + length)..]],
            4 => [.. input[..(at + length)], .. input[at..]],
            5 when other.Length > 0 => [.. input[..at], .. Piece(other), .. input[at..]],
            _ => [.. input[..at], (byte)_random.Next(256), .. input[at..]],
        };
    }

    // Work that grows faster than its input shows only in large ones.
    private byte[] Stretch(byte[] input)
    {
        var at = _random.Next(input.Length + 1);
        var piece = input[at..(at + _random.Next(Math.Min(256, input.Length - at) + 1))];
        var count = piece.Length == 0 ? 0 : MaxBytes / piece.Length;
        return [.. input[..at], .. Enumerable.Repeat(piece, count).SelectMany(repeated => repeated), .. input[at..]];
    }

    private byte[] Piece(byte[] other)
    {
        var at = _random.Next(other.Length);
        return other[at..(at + 1 + _random.Next(Math.Min(64, other.Length - at)))];
    }
}
