using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// What a JSON or CBOR frame says beside its samples, while its fields are read, and the rules that hold in both. Mutable; part
/// of the reader that owns it.
/// </summary>
internal struct FrameHead(uint defaultEpoch)
{
    public uint Epoch = defaultEpoch;
    public long FirstSample;
    public long DeviceTimeNs;
    public bool TimeOfLast;

    private FrameFields seen;
    private uint leadOff;

    /// <summary>Notes a field; false where it was there before. Unknown fields may come as often as they like.</summary>
    public bool TrySee(FrameFields field)
    {
        bool isNew = (seen & field) == 0;
        seen |= field;
        return isNew;
    }

    public readonly bool Has(FrameFields field) => (seen & field) != 0;

    /// <summary>Notes a lead that is off; false for one that no frame has.</summary>
    public bool TryLeadOff(long lead)
    {
        if (lead is < 0 or >= LeadSet.MaxLeads)
            return false;
        leadOff |= 1u << (int)lead;
        return true;
    }

    public readonly FrameRejection JudgePosition() =>
        FirstSample is < 0 or > FrameLimits.MaxFirstSample ? FrameRejection.BadPosition : FrameRejection.None;

    public readonly FrameRejection JudgeLeadOff(int leads) => leadOff >> leads == 0 ? FrameRejection.None : FrameRejection.BadLeadOff;

    public readonly void WriteTo(EcgFrame into)
    {
        into.Epoch = Epoch;
        into.FirstSample = FirstSample;
        into.DeviceTimeNs = DeviceTimeNs;
        into.DeviceTimeMark = !Has(FrameFields.DeviceTime) ? DeviceTimeMark.None
            : TimeOfLast ? DeviceTimeMark.LastSample : DeviceTimeMark.FirstSample;
        into.LeadOff = leadOff;
    }
}
