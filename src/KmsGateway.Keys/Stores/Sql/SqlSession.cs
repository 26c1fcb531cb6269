using System.Data.Common;
using Dapper;

namespace KmsGateway.Keys.Stores.Sql;

/// <summary>Statements on one connection, in one transaction if there is one, under one token.</summary>
internal readonly struct SqlSession(DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken)
{
    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object? parameters = null) =>
        [.. await connection.QueryAsync<T>(Command(sql, parameters))];

    public Task<T?> FirstAsync<T>(string sql, object? parameters = null) => connection.QueryFirstOrDefaultAsync<T>(Command(sql, parameters));

    public Task<int> ExecuteAsync(string sql, object? parameters = null) => connection.ExecuteAsync(Command(sql, parameters));

    private CommandDefinition Command(string sql, object? parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);
}
