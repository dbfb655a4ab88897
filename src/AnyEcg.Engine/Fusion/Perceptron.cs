using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// Two hidden layers with rectifiers over one lead's row of features. Beside its outputs each lead gets a weight; the leads are
/// joined by the softmax of their weights. Allocates nothing after construction. Engine thread only.
/// </summary>
public sealed class Perceptron
{
    private readonly DenseLayer first, second, last;
    private readonly float[] hidden, inner, all;
    private readonly float[] weights = new float[LeadSet.MaxLeads];

    /// <summary>Refuses with <see cref="ArgumentException"/> layers that do not fit each other.</summary>
    public Perceptron(DenseLayer first, DenseLayer second, DenseLayer last)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(last);
        if (second.Inputs != first.Outputs || last.Inputs != second.Outputs || last.Outputs < 2)
            throw new ArgumentException("The layers of the perceptron do not fit each other.");
        (this.first, this.second, this.last) = (first, second, last);
        (hidden, inner, all) = (new float[first.Outputs], new float[second.Outputs], new float[LeadSet.MaxLeads * last.Outputs]);
    }

    public int Inputs => first.Inputs;

    /// <summary>Outputs after the leads are joined: the last layer's, without the lead's weight.</summary>
    public int Outputs => last.Outputs - 1;

    /// <summary>Joined outputs of the rows of <paramref name="leads"/> leads, one row after the other.</summary>
    public void Apply(ReadOnlySpan<float> rows, int leads, Span<float> outputs)
    {
        for (int lead = 0; lead < leads; lead++)
        {
            Span<float> own = all.AsSpan(lead * last.Outputs, last.Outputs);
            first.Apply(rows.Slice(lead * Inputs, Inputs), hidden, rectify: true);
            second.Apply(hidden, inner, rectify: true);
            last.Apply(inner, own, rectify: false);
            weights[lead] = own[Outputs];
        }

        Softmax(weights.AsSpan(0, leads));
        for (int o = 0; o < Outputs; o++)
        {
            float sum = 0;
            for (int lead = 0; lead < leads; lead++)
                sum += weights[lead] * all[(lead * last.Outputs) + o];
            outputs[o] = sum;
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
