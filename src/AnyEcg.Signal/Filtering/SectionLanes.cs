using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Signal;

/// <summary>
/// Three second-order sections side by side in the lanes of vectors, the fourth lane idle: the arithmetic of <see cref="Biquad.Next"/>,
/// operation by operation. For the time of one run of samples, then <see cref="Keep"/>.
/// </summary>
internal ref struct SectionLanes
{
    private readonly Vector256<double> b0, b1, b2, a1, a2;
    private Vector256<double> z1, z2;

    public SectionLanes(Biquad first, Biquad second, Biquad third)
    {
        (double fb0, double fb1, double fb2, double fa1, double fa2, double fz1, double fz2) = first;
        (double sb0, double sb1, double sb2, double sa1, double sa2, double sz1, double sz2) = second;
        (double tb0, double tb1, double tb2, double ta1, double ta2, double tz1, double tz2) = third;
        (b0, b1, b2) = (Vector256.Create(fb0, sb0, tb0, 0), Vector256.Create(fb1, sb1, tb1, 0), Vector256.Create(fb2, sb2, tb2, 0));
        (a1, a2) = (Vector256.Create(fa1, sa1, ta1, 0), Vector256.Create(fa2, sa2, ta2, 0));
        (z1, z2) = (Vector256.Create(fz1, sz1, tz1, 0), Vector256.Create(fz2, sz2, tz2, 0));
    }

    /// <summary>Which sections take part in a step: at the start of a run the later ones have nothing yet, at its end the first ones nothing more.</summary>
    public static Vector256<double> First => Vector256.Create(-1L, 0, 0, 0).AsDouble();

    public static Vector256<double> FirstTwo => Vector256.Create(-1L, -1, 0, 0).AsDouble();

    public static Vector256<double> LastTwo => Vector256.Create(0L, -1, -1, 0).AsDouble();

    public static Vector256<double> Last => Vector256.Create(0L, 0, -1, 0).AsDouble();

    /// <summary>Each section's next output from its own input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Step(Vector256<double> x)
    {
        Vector256<double> y = (b0 * x) + z1;
        z1 = (b1 * x) - (a1 * y) + z2;
        z2 = (b2 * x) - (a2 * y);
        return y;
    }

    /// <summary>The same, of some sections; the others stay as they are.</summary>
    public Vector256<double> Step(Vector256<double> x, Vector256<double> taking)
    {
        (Vector256<double> first, Vector256<double> second) = (z1, z2);
        Vector256<double> y = Step(x);
        z1 = Vector256.ConditionalSelect(taking, z1, first);
        z2 = Vector256.ConditionalSelect(taking, z2, second);
        return y;
    }

    public readonly void Keep(ref Biquad first, ref Biquad second, ref Biquad third)
    {
        first.Keep(z1[0], z2[0]);
        second.Keep(z1[1], z2[1]);
        third.Keep(z1[2], z2[2]);
    }
}
