using System.Buffers.Binary;
using KmsGateway.Cryptography;

namespace KmsGateway.Benchmarks.Uniqueness;

/// <summary>Looks at all pairs of salt and nonce that were ever used: sixteen bytes are kept of each.</summary>
/// <param name="count">How many there will be.</param>
internal sealed class PairCheck(int count)
{
    private readonly UInt128[] _pairs = new UInt128[count];
    private readonly Dictionary<UInt128, Salt> _salts = [];
    private int _count;

    public int Values => _count;

    public int Salts => _salts.Count;

    /// <summary>Salts of which more than one process made a key.</summary>
    public int SharedSalts { get; private set; }

    public long MostUses => _salts.Values.Max(salt => salt.Uses);

    /// <summary>Takes what a thread of a process has written.</summary>
    public void Add(int process, Stream pairs)
    {
        Span<byte> pair = stackalloc byte[EncryptingThreads.PairSize];
        while (pairs.ReadAtLeast(pair, pair.Length, throwOnEndOfStream: false) == pair.Length)
        {
            var salt = SaltOf(process, BinaryPrimitives.ReadUInt128BigEndian(pair));
            salt.Uses++;
            var nonce = pair[EncryptedValue.SaltSize..];
            _pairs[_count++] = new UInt128(
                ((ulong)salt.Number << 32) | BinaryPrimitives.ReadUInt32BigEndian(nonce), BinaryPrimitives.ReadUInt64BigEndian(nonce[sizeof(uint)..]));
        }
    }

    /// <summary>Pairs that were there before. Called once, after the last.</summary>
    public int Repeated()
    {
        var pairs = _pairs.AsSpan(0, _count);
        pairs.Sort();
        var repeated = 0;
        for (var i = 1; i < pairs.Length; i++)
        {
            repeated += pairs[i] == pairs[i - 1] ? 1 : 0;
        }

        return repeated;
    }

    private Salt SaltOf(int process, UInt128 bytes)
    {
        if (!_salts.TryGetValue(bytes, out var salt))
        {
            _salts.Add(bytes, salt = new Salt(process, _salts.Count));
        }

        if (salt.Process != process && !salt.IsShared)
        {
            salt.IsShared = true;
            SharedSalts++;
        }

        return salt;
    }

    private sealed class Salt(int process, int number)
    {
        public int Process { get; } = process;

        public int Number { get; } = number;

        public bool IsShared { get; set; }

        public long Uses { get; set; }
    }
}
