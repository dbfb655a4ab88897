namespace AnyEcg.Model;

/// <summary>
/// Where the description of a pass lies in one block of memory that is copied to the device as one piece. What a pass may lack comes last: a live
/// pass has no order lists, streams of one lead have no cross keys.
/// </summary>
internal readonly unsafe struct PassLayout
{
    public const int Alignment = 16;

    public readonly int Rows, Tokens, Presence, Cross, Order, Bytes;

    /// <param name="tokens">Room for so many tokens and as many rows; a multiple of 4.</param>
    /// <param name="presenceWords">Words of 64 seconds in the window.</param>
    public PassLayout(int tokens, int presenceWords)
    {
        Rows = sizeof(PassCounts);
        Tokens = Rows + tokens * sizeof(RowMeta);
        Presence = Tokens + tokens * sizeof(TokenMeta);
        Cross = Presence + tokens * presenceWords * sizeof(ulong);
        Order = Cross + tokens * PassRange.CrossKeysPerToken * sizeof(CrossKey);
        Bytes = Order + tokens * sizeof(int);
    }
}
