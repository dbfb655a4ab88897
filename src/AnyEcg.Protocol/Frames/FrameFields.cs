namespace AnyEcg.Protocol;

/// <summary>The fields of a JSON or CBOR frame that have been seen.</summary>
[Flags]
internal enum FrameFields
{
    None = 0,
    Epoch = 1,
    FirstSample = 2,
    DeviceTime = 4,
    DeviceTimeOf = 8,
    LeadOff = 16,
    Samples = 32,
    Base64 = 64,
    Encoding = 128,
    Leads = 256,
    Group = 512,
    Stream = 1024,
}
