using AnyEcg.Signal;

namespace AnyEcg.Simulator.Tests;

public sealed class FrameTapeTests
{
    /// <summary>From the shelf or from the file: the same frames, also after a rewind, gaps and missing leads included.</summary>
    [Fact]
    public void Open_Twice_GivesTheFramesOfTheFile()
    {
        using TestRecord record = new(samples: 2_345, missing: (lead, i) => i is >= 300 and < 420 || i > 2_300 || (lead == 1 && i is >= 900 and < 950));
        FrameSourceOptions options = new() { FrameSeconds = 0.7, Epoch = 3, StartNs = 5 };
        RecordingShelf shelf = new();
        using IFrameSource first = shelf.Open(record.Path, options), second = shelf.Open(record.Path, options);
        using FrameSource file = FrameSource.Open(record.Path, options);
        for (uint pass = 1; pass <= 2; pass++)
        {
            Array.ForEach<IFrameSource>([first, second, file], source => source.Rewind(pass, 1_000));
            string[] expected = [.. Frames(file)];
            Assert.True(expected.Length > 14);
            Assert.Equal(expected, Frames(first));
            Assert.Equal(expected, Frames(second));
        }
    }

    private static IEnumerable<string> Frames(IFrameSource source)
    {
        EcgFrame frame = new();
        while (source.TryNext(frame))
            yield return $"{frame.Epoch} {frame.FirstSample} {frame.SamplesPerLead} {frame.LeadOff} {frame.DeviceTimeNs} {source.Position} {string.Join(',', frame.Samples.ToArray())}";
        yield return $"{source.Position} {source.Descriptor.Epoch} {source.RecordedNs}";
    }
}
