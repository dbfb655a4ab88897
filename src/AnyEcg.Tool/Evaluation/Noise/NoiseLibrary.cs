using System.Globalization;
using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>A part of a recording of noise.</summary>
internal sealed record NoisePiece(string Path, double From, double To)
{
    /// <summary>Reads <c>RECORD</c> or <c>RECORD@FROM-TO</c>, in seconds.</summary>
    /// <exception cref="FormatException">The part is not two seconds in order.</exception>
    public static NoisePiece Parse(string text)
    {
        int mark = text.LastIndexOf('@');
        if (mark < 0)
        {
            return new NoisePiece(text, 0, double.PositiveInfinity);
        }

        string[] ends = text[(mark + 1)..].Split('-');
        return ends.Length == 2 && TryRead(ends[0], out double from) && TryRead(ends[1], out double to) && from >= 0 && to > from
            ? new NoisePiece(text[..mark], from, to)
            : throw new FormatException($"--noise {text}: after '@' stands FROM-TO in seconds.");
    }

    private static bool TryRead(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}

/// <summary>What a record gets: a stretch of noise and where in it to begin.</summary>
internal sealed record NoiseChoice(NoiseStretch Noise, long Start, string Name);

/// <summary>
/// The noises of a run. Each is one or several recordings (of one kind, cut into pieces); a record draws a noise, a piece of it and
/// the place to begin from the seed and its own name, the same for every ratio and every run. Thread-safe.
/// </summary>
/// <param name="noises">Each with its pieces.</param>
/// <param name="seed">Of all choices.</param>
internal sealed class NoiseLibrary(IReadOnlyList<IReadOnlyList<NoisePiece>> noises, int seed)
{
    private readonly Dictionary<(NoisePiece Piece, double RateHz), NoiseStretch> read = [];

    /// <summary>From the values of --noise: pieces of one noise are separated by commas.</summary>
    /// <exception cref="FormatException">A part is not two seconds in order.</exception>
    public static NoiseLibrary Parse(IEnumerable<string> values, int seed) =>
        new([.. values.Select(value => (IReadOnlyList<NoisePiece>)[.. value.Split(',').Select(NoisePiece.Parse)])], seed);

    /// <exception cref="RecordingFormatException">A noise is damaged or too short.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public NoiseChoice For(string record, double rateHz)
    {
        Random random = new(StableSeed.Of(seed, record));
        IReadOnlyList<NoisePiece> pieces = noises[random.Next(noises.Count)];
        NoisePiece piece = pieces[random.Next(pieces.Count)];
        NoiseStretch stretch = Read(piece, rateHz);
        long start = random.NextInt64(stretch.Length);
        string name = string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(piece.Path)} from {piece.From + (start / rateHz):0.0} s");
        return new NoiseChoice(stretch, start, name);
    }

    private NoiseStretch Read(NoisePiece piece, double rateHz)
    {
        lock (read)
        {
            if (!read.TryGetValue((piece, rateHz), out NoiseStretch? stretch))
            {
                read.Add((piece, rateHz), stretch = NoiseStretch.Read(piece.Path, piece.From, piece.To, rateHz));
            }

            return stretch;
        }
    }
}
