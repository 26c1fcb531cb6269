using System.Buffers.Binary;
using KmsGateway.Evidence.Verification;
using Microsoft.Data.Sqlite;

namespace KmsGateway.Cli.Auditing;

/// <summary>
/// Remembers verified spans in a temporary database, which SQLite keeps in memory while it is small and removes when it is closed
/// (https://www.sqlite.org/inmemorydb.html#temp_db): the memory of an audit does not grow with its files.
/// </summary>
internal sealed class VerifiedSpansOnDisk : IVerifiedSpans, IDisposable
{
    private const int CacheKiB = 32 * 1024;

    private readonly SqliteConnection _database = new("Data Source=;Pooling=False");
    private readonly SqliteCommand _add;
    private readonly SqliteCommand _countOthers;
    private readonly SqliteParameter _span = new("$span", SqliteType.Blob);
    private readonly SqliteParameter _content = new("$content", SqliteType.Blob);

    public VerifiedSpansOnDisk()
    {
        _database.Open();

        // Nothing has to survive: no journal, no waiting for the disk, one transaction that is never ended.
        Execute($"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{CacheKiB}");
        Execute("CREATE TABLE verified (span BLOB, content BLOB, PRIMARY KEY (span, content)) WITHOUT ROWID; BEGIN");
        _add = Prepare("INSERT OR IGNORE INTO verified VALUES ($span, $content)", _span, _content);
        _countOthers = Prepare("SELECT count(*) FROM (SELECT 1 FROM verified WHERE span = $span LIMIT 2)", _span);
    }

    public Repetition Add(VerifiedSpan span)
    {
        _span.Value = Bytes(span.Span);
        _content.Value = Bytes(span.Content);
        if (_add.ExecuteNonQuery() == 0)
        {
            return Repetition.SameContent;
        }

        return (long)_countOthers.ExecuteScalar()! > 1 ? Repetition.OtherContent : Repetition.None;
    }

    public void Dispose()
    {
        _add.Dispose();
        _countOthers.Dispose();
        _database.Dispose();
    }

    private SqliteCommand Prepare(string sql, params SqliteParameter[] parameters)
    {
        var command = _database.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddRange(parameters);
        command.Prepare();
        return command;
    }

    private void Execute(string sql)
    {
        using var command = _database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static byte[] Bytes(UInt128 value)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return bytes;
    }
}
