namespace AnyEcg.Signal;

/// <summary>
/// Labels of a hand-held strip as a whole, in the order of the network's outputs: normal rhythm, atrial fibrillation, another
/// rhythm, too noisy to read (PhysioNet/CinC Challenge 2017).
/// </summary>
public static class StripLabels
{
    public const int Count = 4;

    public static IReadOnlyList<string> Names { get; } = ["N", "A", "O", "~"];
}
