namespace AnyEcg.Signal;

/// <summary>Rhythm of one second, in the order of the network's rhythm head.</summary>
public enum RhythmClass : byte
{
    Sinus = 0,
    AtrialFibrillation = 1,
    AtrialFlutter = 2,
    SupraventricularTachycardia = 3,
    VentricularTachycardia = 4,
    VentricularFibrillation = 5,
    Paced = 6,
    Other = 7,
    Unreadable = 8,
}

/// <summary>Facts on <see cref="RhythmClass"/>.</summary>
public static class RhythmClasses
{
    public const int Count = 9;
}

/// <summary>AAMI EC57 class of a beat.</summary>
public enum BeatClass : byte
{
    N = 0,
    S = 1,
    V = 2,
    F = 3,
    Q = 4,
}
