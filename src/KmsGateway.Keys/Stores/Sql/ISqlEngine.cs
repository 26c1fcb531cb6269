using System.Data.Common;

namespace KmsGateway.Keys.Stores.Sql;

/// <summary>A database that understands the SQL of <see cref="SqlKeyStore"/>.</summary>
internal interface ISqlEngine
{
    /// <summary>How the database tells its time, in milliseconds since 1970.</summary>
    string TimeExpression { get; }

    ChangeSignal Changes { get; }

    /// <summary>Makes what is missing of database and tables.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> query, CancellationToken cancellationToken);

    /// <summary>One writer at a time, over all programs: what a command reads still holds when it writes.</summary>
    /// <param name="announce">Whether other gateways should look at once.</param>
    Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> command, bool announce, CancellationToken cancellationToken);
}
