namespace AnyEcg.Store;

/// <summary>The database cannot be opened now; trying again may help (locked, no room, no connection). The message names neither paths nor secrets.</summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException(StoreFailure failure, Exception inner)
        : base($"The store cannot be opened: {StoreHealth.Words(failure)}.", inner) => Failure = failure;

    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public StoreUnavailableException()
    {
    }

    public StoreFailure Failure { get; } = StoreFailure.Other;
}
