namespace AnyEcg.Engine;

/// <summary>
/// Two hidden layers with rectifiers over one lead's row of features. Beside its outputs each lead gets a weight; the leads are
/// joined by the softmax of their weights. <see cref="Committee"/> works them out. Immutable.
/// </summary>
public sealed class Perceptron
{
    /// <summary>Refuses with <see cref="ArgumentException"/> layers that do not fit each other.</summary>
    public Perceptron(DenseLayer first, DenseLayer second, DenseLayer last)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(last);
        if (second.Inputs != first.Outputs || last.Inputs != second.Outputs || last.Outputs < 2)
            throw new ArgumentException("The layers of the perceptron do not fit each other.");
        (First, Second, Last) = (first, second, last);
    }

    public int Inputs => First.Inputs;

    /// <summary>Outputs after the leads are joined: the last layer's, without the lead's weight.</summary>
    public int Outputs => Last.Outputs - 1;

    internal DenseLayer First { get; }

    internal DenseLayer Second { get; }

    internal DenseLayer Last { get; }
}
