namespace AnyEcg.Recordings.Tests;

/// <summary>How the reference program printed a record.</summary>
internal enum Printed
{
    /// <summary>Converter steps, one line a frame.</summary>
    Digital,

    /// <summary>Physical units with eight decimals, one line a frame.</summary>
    Physical,

    /// <summary>Converter steps, a line for each sample of the fastest signal, the slower ones repeated.</summary>
    DigitalExpanded,

    /// <summary>Physical units, a line for each sample of the fastest signal, the slower ones repeated.</summary>
    PhysicalExpanded,
}

/// <summary>
/// One text output of the reference reader (rdsamp of the WFDB Software Package 10.5.24), and what was printed: the commands stand
/// in the tests of wfdb-python, beside which the files are published. Frames are counted from 0; <paramref name="To"/> is the frame
/// after the last one.
/// </summary>
/// <param name="Target">The file with the output.</param>
/// <param name="Record">Path of the record below sample-data.</param>
/// <param name="Kind">How it was printed.</param>
/// <param name="From">First frame.</param>
/// <param name="To">Frame after the last one; null for the rest. Of skewed records the reference drops the frames that not all signals have.</param>
/// <param name="Signals">Which signals, in order; empty for all.</param>
/// <param name="Missing">The number printed where there is no sample.</param>
/// <param name="SkipLines">First lines of the output that are of a segment that the set does not have.</param>
internal sealed record ReferenceCase(string Target, string Record, Printed Kind, long From, long? To, int[] Signals, double Missing = -32768, int SkipLines = 0)
{
    public static readonly ReferenceCase[] All =
    [
        new("record-1a", "test01_00s", Printed.Digital, 0, null, []),
        new("record-1b", "a103l", Printed.Physical, 12_500, 40_000, [2, 0]),
        new("record-1c", "a103l", Printed.Digital, 20_000, null, [0, 1]),
        new("record-1d", "3000003_0003", Printed.Physical, 125, 1000, [1]),
        new("record-1f.gz", "binformats", Printed.Digital, 0, null, []),
        new("record-2b", "100", Printed.Digital, 1, 10_800, [1]),
        new("record-2c", "100_3chan", Printed.Physical, 0, null, []),
        new("record-2d", "310derive", Printed.Digital, 2, null, []),
        new("record-2e", "311derive", Printed.Physical, 1, 978, []),
        new("record-3b", "s0010_re", Printed.Physical, 5000, 38_000, [13, 0, 4, 8, 3]),
        new("record-4a", "test01_00s_skewframe", Printed.Digital, 0, 3997, []),
        new("record-4b", "03700181", Printed.Digital, 0, 74_996, []),
        new("record-4c", "03700181", Printed.Physical, 1000, 16_000, [0, 2]),
        new("record-4d", "test01_00s_skewframe", Printed.PhysicalExpanded, 0, 3997, []),
        new("record-flac.gz", "flacformats", Printed.Digital, 0, null, []),
        new("record-multi-fixed-c", "multi-segment/fixed1/v102s", Printed.Physical, 70_000, 80_000, [1, 0, 3]),
        new("record-multi-fixed-d.gz", "multi-segment/041s/041s", Printed.DigitalExpanded, 0, null, [3, 2, 1], -2048),
        new("record-multi-variable-a", "multi-segment/s00001/s00001-2896-10-10-00-31", Printed.Physical, 14_428_365, 14_428_375, []),
        new("record-multi-variable-b", "multi-segment/s00001/s00001-2896-10-10-00-31", Printed.Physical, 14_428_365, 14_428_375, [], SkipLines: 1),
        new("record-multi-variable-d", "multi-segment/p000878/p000878-2137-10-26-16-57", Printed.Digital, 3550, 7500, [0, 1], -128),
    ];
}
