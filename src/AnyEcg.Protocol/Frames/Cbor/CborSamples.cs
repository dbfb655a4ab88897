using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// The samples of a CBOR frame, in any of three forms: an array with one row for each lead; a two-dimensional array (tag 40) of
/// leads x samples; one row for all leads, lead after lead. A row is a typed array or a plain array of numbers.
/// </summary>
internal static class CborSamples
{
    private const ulong RowMajor = 40;

    /// <summary>Reads the value on which the cursor stands into the frame.</summary>
    /// <param name="cursor">Before the value, which is well-formed.</param>
    /// <param name="leads">The number of leads where it is known, for a single row.</param>
    /// <param name="into">Resized and filled.</param>
    public static FrameRejection Read(ref CborCursor cursor, int? leads, EcgFrame into)
    {
        int start = cursor.At;
        if (!cursor.TryRead(out CborItem item))
            return FrameRejection.BadCbor;
        if (item is { Major: CborMajor.Tag, Argument: RowMajor })
            return ReadGrid(ref cursor, into);
        if (item.Major == CborMajor.Array && IsRow(cursor))
            return ReadRows(ref cursor, item, into);
        cursor.At = start;
        return leads is int known ? ReadOneRow(ref cursor, known, null, into) : FrameRejection.NoDescriptor;
    }

    /// <summary>Whether a row begins here: what follows in an array of rows, and not in an array of numbers.</summary>
    private static bool IsRow(CborCursor cursor) => cursor.TryRead(out CborItem item) && item.Major is CborMajor.Array or CborMajor.Tag;

    private static FrameRejection ReadRows(ref CborCursor cursor, in CborItem rows, EcgFrame into)
    {
        int start = cursor.At, samples = 0;
        ulong count = 0;
        for (; !cursor.IsEnd(rows, count); count++)
        {
            FrameRejection fault = Measure(ref cursor, out int length);
            if (fault != FrameRejection.None)
                return fault;
            if (count > 0 && length != samples)
                return FrameRejection.RaggedLeads;
            samples = length;
        }

        FrameRejection shape = Resize(into, (long)count, samples);
        cursor.At = start;
        for (int lead = 0; lead < (int)count && shape == FrameRejection.None; lead++)
            shape = Fill(ref cursor, into.LeadSamples(lead));
        return shape;
    }

    /// <summary>[[leads, samples], row].</summary>
    private static FrameRejection ReadGrid(ref CborCursor cursor, EcgFrame into)
    {
        if (!cursor.TryRead(out CborItem pair) || pair is not { Major: CborMajor.Array, Argument: 2 }
            || !cursor.TryRead(out CborItem dimensions) || dimensions is not { Major: CborMajor.Array, Argument: 2 }
            || !cursor.TryInteger(out long leads) || !cursor.TryInteger(out long samples))
            return FrameRejection.BadCbor;
        return ReadOneRow(ref cursor, leads, samples, into);
    }

    /// <param name="cursor">Before the row.</param>
    /// <param name="leads">Into which it is divided.</param>
    /// <param name="samples">Of each lead, where that is stated.</param>
    /// <param name="into">Resized and filled.</param>
    private static FrameRejection ReadOneRow(ref CborCursor cursor, long leads, long? samples, EcgFrame into)
    {
        int start = cursor.At;
        FrameRejection fault = Measure(ref cursor, out int length);
        if (fault != FrameRejection.None)
            return fault;
        if (leads is < 1 or > LeadSet.MaxLeads)
            return FrameRejection.BadLeadCount;
        if (length % leads != 0 || (samples is { } stated && (stated < 1 || length / leads != stated)))
            return FrameRejection.BadLength;
        FrameRejection shape = Resize(into, leads, (int)(length / leads));
        cursor.At = start;
        return shape == FrameRejection.None ? Fill(ref cursor, into.Samples) : shape;
    }

    private static FrameRejection Resize(EcgFrame into, long leads, int samples)
    {
        if (leads is 0 or > LeadSet.MaxLeads)
            return FrameRejection.BadLeadCount;
        if (samples == 0)
            return FrameRejection.BadLength;
        if (samples > FrameLimits.MaxSamplesPerLead)
            return FrameRejection.TooLarge;
        into.Resize((int)leads, samples);
        return FrameRejection.None;
    }

    /// <summary>Numbers in a row; passes over it.</summary>
    private static FrameRejection Measure(ref CborCursor cursor, out int length)
    {
        length = 0;
        if (!cursor.TryRead(out CborItem item))
            return FrameRejection.BadCbor;
        if (item.Major == CborMajor.Tag)
        {
            int width = TypedArray.Width(item.Argument);
            if (width == 0)
                return FrameRejection.BadCodec;
            if (!cursor.TryRead(out CborItem bytes) || bytes.Major != CborMajor.Bytes)
                return FrameRejection.BadCbor;
            length = cursor.Content(bytes).Length / width;
            return (int)bytes.Argument % width == 0 ? FrameRejection.None : FrameRejection.BadLength;
        }

        if (item.Major != CborMajor.Array)
            return FrameRejection.BadCbor;
        for (; !cursor.IsEnd(item, (ulong)length); length++)
        {
            if (!cursor.TryNumber(out _))
                return FrameRejection.BadCbor;
        }

        return FrameRejection.None;
    }

    /// <summary>Reads a row that has been measured.</summary>
    private static FrameRejection Fill(ref CborCursor cursor, Span<float> samples)
    {
        cursor.TryRead(out CborItem item);
        if (item.Major == CborMajor.Tag)
        {
            cursor.TryRead(out CborItem bytes);
            return TypedArray.Read(item.Argument, cursor.Content(bytes), samples);
        }

        foreach (ref float sample in samples)
        {
            cursor.TryNumber(out double value);
            FrameRejection fault = SamplePayload.TryFloat(value, out sample);
            if (fault != FrameRejection.None)
                return fault;
        }

        cursor.IsEnd(item, (ulong)samples.Length);
        return FrameRejection.None;
    }
}
