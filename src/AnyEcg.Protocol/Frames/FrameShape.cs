using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>What must hold of any frame, whatever codec carries it.</summary>
internal static class FrameShape
{
    public static FrameRejection Judge(EcgFrame frame)
    {
        if (frame.LeadCount is 0 or > LeadSet.MaxLeads)
            return FrameRejection.BadLeadCount;
        if (frame.SamplesPerLead > FrameLimits.MaxSamplesPerLead)
            return FrameRejection.TooLarge;
        if (frame.FirstSample is < 0 or > FrameLimits.MaxFirstSample)
            return FrameRejection.BadPosition;
        if (frame.LeadOff >> frame.LeadCount != 0)
            return FrameRejection.BadLeadOff;
        return frame.DeviceTimeMark > DeviceTimeMark.LastSample ? FrameRejection.BadFlags : FrameRejection.None;
    }
}
