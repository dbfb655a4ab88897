using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AnyEcg.Store;

/// <summary>What SQLite's result codes mean for the store thread (https://www.sqlite.org/rescode.html).</summary>
internal static class SqliteFailures
{
    public static StoreFailure Classify(Exception failure) => failure is SqliteException sqlite ? Classify(sqlite.SqliteErrorCode) : StoreFailure.Other;

    private static StoreFailure Classify(int code) => code switch
    {
        raw.SQLITE_FULL => StoreFailure.DiskFull,
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => StoreFailure.Locked,
        raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN => StoreFailure.InputOutput,
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => StoreFailure.ReadOnly,
        raw.SQLITE_NOMEM => StoreFailure.OutOfMemory,
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => StoreFailure.Corrupt,
        _ => StoreFailure.Other,
    };
}
