using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>Runs of consecutive beats of one class.</summary>
internal static class BeatRun
{
    /// <summary>Length of the run that ends <paramref name="back"/> beats before the newest; 0 when that beat is of another class.</summary>
    public static int LengthAt(BeatTrain train, int back, BeatClass beatClass)
    {
        int length = 0;
        while (back + length < train.Count && train[back + length].Class == beatClass)
            length++;
        return length;
    }

    /// <summary>Mean rate in 1/min over <paramref name="beats"/> beats ending at <paramref name="back"/>; two or more.</summary>
    public static double Rate(BeatTrain train, int back, int beats) =>
        (beats - 1) * 60.0 * PatchSecond.ModelRateHz / (train[back].Sample - train[back + beats - 1].Sample);

    public static bool IsTrusted(BeatTrain train, int back, int beats)
    {
        for (int i = 0; i < beats; i++)
        {
            if (!train[back + i].Trusted)
                return false;
        }

        return true;
    }
}
