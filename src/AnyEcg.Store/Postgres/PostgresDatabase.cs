namespace AnyEcg.Store;

internal sealed class PostgresDatabase : StoreDatabase
{
    public PostgresDatabase(StoreOptions options, bool owner)
        : base(options) => throw new StoreRefusedException(owner ? "Not yet." : "Not yet.");

    public override string Provider => "postgresql";

    public override void Dispose()
    {
    }

    internal override ReaderConnection ConnectReader() => throw new NotSupportedException();

    internal override WriterConnection ConnectWriter() => throw new NotSupportedException();

    internal override StoreFailure Classify(Exception failure) => StoreFailure.Other;
}
