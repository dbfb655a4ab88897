using System.Data;
using System.Data.Common;

namespace AnyEcg.Store;

/// <summary>
/// A prepared command that is used again and again. Parameters are named as in the SQL (<c>@name</c>) and given by position. Of one thread.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly DbCommand command;
    private bool prepared;

    /// <param name="connection">An open connection.</param>
    /// <param name="sql">The command.</param>
    /// <param name="parameters">Names with their types: "stream:l name:s body:b over:o alert:g" (long, string, bytes, bool, Guid).</param>
    public Statement(DbConnection connection, string sql, string parameters = "")
    {
        command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this assembly come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (string parameter in parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Add(parameter);
    }

    public int Run(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row; null without one.</summary>
    public object? Scalar(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        object? value = command.ExecuteScalar();
        return value is DBNull ? null : value;
    }

    public DbDataReader Read(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return command.ExecuteReader();
    }

    /// <summary>All rows, made by <paramref name="row"/>.</summary>
    public List<T> List<T>(Func<DbDataReader, T> row, params ReadOnlySpan<object?> values)
    {
        List<T> rows = [];
        using DbDataReader reader = Read(values);
        while (reader.Read())
            rows.Add(row(reader));
        return rows;
    }

    public void Dispose() => command.Dispose();

    private void Add(string parameter)
    {
        DbParameter added = command.CreateParameter();
        added.ParameterName = "@" + parameter[..^2];
        added.DbType = parameter[^1] switch
        {
            'l' => DbType.Int64,
            's' => DbType.String,
            'b' => DbType.Binary,
            'o' => DbType.Boolean,
            'g' => DbType.Guid,
            _ => throw new ArgumentException("A parameter without a type.", nameof(parameter)),
        };
        command.Parameters.Add(added);
    }

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (int i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] is ReadOnlyMemory<byte> bytes ? Bytes(bytes) : values[i] ?? DBNull.Value;
        if (!prepared)
            command.Prepare();
        prepared = true;
    }

    /// <summary>The providers share only whole arrays.</summary>
    private static byte[] Bytes(ReadOnlyMemory<byte> bytes) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> part)
            && part.Array is { } array && part.Offset == 0 && part.Count == array.Length
            ? array
            : bytes.ToArray();
}
