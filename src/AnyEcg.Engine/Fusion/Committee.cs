using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// Several perceptrons of one shape, whose outputs are averaged, worked out side by side. What each says does not depend on the
/// others, to the last bit. Allocates nothing after construction. Engine thread only.
/// </summary>
internal sealed class Committee
{
    private readonly int members, inputs;
    private readonly StackedLayer first, second, last;
    private readonly float[] hidden, inner, all;

    /// <summary>Refuses with <see cref="ArgumentException"/> perceptrons of different shapes, and none at all.</summary>
    public Committee(ReadOnlySpan<Perceptron> members)
    {
        if (members.IsEmpty)
            throw new ArgumentException("There must be one member at least.", nameof(members));
        Perceptron[] list = members.ToArray();
        (this.members, inputs, Outputs) = (list.Length, list[0].Inputs, list[0].Outputs);
        if (!Array.TrueForAll(list, member => IsAlike(member, list[0])))
            throw new ArgumentException("The members must be of one shape.", nameof(members));
        first = new StackedLayer([.. list.Select(member => member.First)], shared: true);
        second = new StackedLayer([.. list.Select(member => member.Second)], shared: false);
        last = new StackedLayer([.. list.Select(member => member.Last)], shared: false);
        (hidden, inner, all) = (new float[first.Size], new float[second.Size], new float[LeadSet.MaxLeads * last.Size]);
    }

    public int Outputs { get; }

    /// <summary>Mean of the members' joined outputs of the rows of <paramref name="leads"/> leads, one row after the other.</summary>
    public void Apply(ReadOnlySpan<float> rows, int leads, Span<float> outputs)
    {
        for (int lead = 0; lead < leads; lead++)
        {
            first.Apply(rows.Slice(lead * inputs, inputs), 0, hidden, rectify: true);
            second.Apply(hidden, first.Stride, inner, rectify: true);
            last.Apply(inner, second.Stride, all.AsSpan(lead * last.Size), rectify: false);
        }

        outputs[..Outputs].Clear();
        for (int member = 0; member < members; member++)
            Add(member, leads, outputs);
    }

    private static bool IsAlike(Perceptron a, Perceptron b) =>
        a.Inputs == b.Inputs && a.Second.Inputs == b.Second.Inputs && a.Last.Inputs == b.Last.Inputs && a.Outputs == b.Outputs;

    /// <summary>Joins the leads of one member by the softmax of their weights, and adds its share.</summary>
    private void Add(int member, int leads, Span<float> outputs)
    {
        Span<float> weights = stackalloc float[LeadSet.MaxLeads];
        for (int lead = 0; lead < leads; lead++)
            weights[lead] = all[(lead * last.Size) + (member * last.Stride) + Outputs];
        Softmax(weights[..leads]);
        for (int o = 0; o < Outputs; o++)
        {
            float sum = 0;
            for (int lead = 0; lead < leads; lead++)
                sum += weights[lead] * all[(lead * last.Size) + (member * last.Stride) + o];
            outputs[o] += sum / members;
        }
    }

    private static void Softmax(Span<float> values)
    {
        float most = float.MinValue, sum = 0;
        foreach (float value in values)
            most = Math.Max(most, value);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = MathF.Exp(values[i] - most);
            sum += values[i];
        }

        for (int i = 0; i < values.Length; i++)
            values[i] /= sum;
    }
}
