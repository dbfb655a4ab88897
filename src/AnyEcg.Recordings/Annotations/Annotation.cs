namespace AnyEcg.Recordings;

/// <summary>One annotation of an MIT annotation file.</summary>
/// <param name="Sample">Sample of the record (at the file's time resolution) that it belongs to.</param>
/// <param name="Code">What it says.</param>
/// <param name="SubType">A number whose meaning depends on the code; -128 to 127.</param>
/// <param name="Channel">The signal it belongs to; 0 to 255.</param>
/// <param name="Number">The user's number; -128 to 127.</param>
/// <param name="Aux">Text exactly as stored (Latin-1), often with a final NUL; null where there is none.</param>
public readonly record struct Annotation(
    long Sample, AnnotationCode Code, int SubType = 0, int Channel = 0, int Number = 0, string? Aux = null)
{
    /// <summary><see cref="Aux"/> without the NUL that many writers put at its end; empty where there is none.</summary>
    public string AuxText => Aux?.TrimEnd('\0') ?? "";
}
