using System.Net.Sockets;
using Npgsql;

namespace AnyEcg.Store;

/// <summary>What PostgreSQL's error codes mean for the store thread (https://www.postgresql.org/docs/current/errcodes-appendix.html).</summary>
internal static class PostgresFailures
{
    public static StoreFailure Classify(Exception failure) => failure switch
    {
        PostgresException told => Classify(told.SqlState),
        NpgsqlException or SocketException or IOException or TimeoutException => StoreFailure.ConnectionLost,
        _ => StoreFailure.Other,
    };

    private static StoreFailure Classify(string code) => code switch
    {
        "53100" => StoreFailure.DiskFull,
        "53200" => StoreFailure.OutOfMemory,
        "55P03" or "57014" => StoreFailure.Locked,
        "25006" or "42501" => StoreFailure.ReadOnly,
        "XX001" or "XX002" => StoreFailure.Corrupt,
        "3D000" => StoreFailure.ConnectionLost,
        _ => Classify(code.AsSpan(0, 2)),
    };

    private static StoreFailure Classify(ReadOnlySpan<char> family) => family switch
    {
        "08" or "28" or "53" or "57" => StoreFailure.ConnectionLost,
        "40" => StoreFailure.Locked,
        "58" => StoreFailure.InputOutput,
        _ => StoreFailure.Other,
    };
}
