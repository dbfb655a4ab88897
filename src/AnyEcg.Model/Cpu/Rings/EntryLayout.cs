namespace AnyEcg.Model;

/// <summary>
/// The bytes of one key and its value, in a ring and in the buffer of a running step alike, so that writing is a copy:
/// <c>[key int16 D | value int16 D | key scales float | value scales float]</c>, padded to whole cache lines; and of a query:
/// <c>[int16 D | scales float]</c>. A number is its int16 times the scale of its head (<see cref="BlockFloat"/>). Scales come in groups
/// of four heads.
/// </summary>
internal readonly struct EntryLayout(NetworkConfig config)
{
    /// <summary>Heads whose scores stand side by side.</summary>
    public const int GroupHeads = 4;

    private const int CacheLine = 64;

    public readonly int Dim = config.Dim;
    public readonly int Groups = (config.Heads + GroupHeads - 1) / GroupHeads;

    /// <summary>Bytes from the key to the value.</summary>
    public int Value => Dim * sizeof(short);

    /// <summary>Bytes from the key to its scales.</summary>
    public int KeyScales => 2 * Dim * sizeof(short);

    public int ValueScales => KeyScales + Groups * GroupHeads * sizeof(float);

    public int Bytes => Lines(ValueScales + Groups * GroupHeads * sizeof(float));

    /// <summary>Bytes from a query to its scales.</summary>
    public int QueryScales => Dim * sizeof(short);

    public int QueryBytes => Lines(QueryScales + Groups * GroupHeads * sizeof(float));

    private static int Lines(int bytes) => (bytes + CacheLine - 1) / CacheLine * CacheLine;
}
