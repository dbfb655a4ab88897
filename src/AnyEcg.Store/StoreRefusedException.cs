namespace AnyEcg.Store;

/// <summary>
/// The database cannot be used, and trying again does not help: corrupt, of a later version, owned by another worker. The message is for
/// the operator and names neither paths nor secrets.
/// </summary>
public sealed class StoreRefusedException : Exception
{
    public StoreRefusedException(StoreFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    public StoreRefusedException(string message)
        : base(message)
    {
    }

    public StoreRefusedException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public StoreRefusedException()
    {
    }

    public StoreFailure Failure { get; } = StoreFailure.Other;
}
