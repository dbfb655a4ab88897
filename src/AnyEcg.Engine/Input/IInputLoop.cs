namespace AnyEcg.Engine;

/// <summary>
/// Takes an input that the engine itself has decided on (see <see cref="ClockEvents"/>) and brings it back to the engine in the
/// stream's order: through the journal, where there is one. Called on the engine thread, must not wait.
/// </summary>
public interface IInputLoop
{
    /// <summary>
    /// False while inputs wait in front of the engine for longer than usual: a stream's silence is then ours, not its device's, as while
    /// <see cref="StreamEngine.Listening"/> is false.
    /// </summary>
    bool IsFlowing => true;

    /// <summary>False: not now; the engine will ask again.</summary>
    bool TrySubmit(in EngineInput input);
}
