namespace AnyEcg.Recordings.Tests;

/// <summary>Number for number against the reference reader, on excerpts of the set that the manual comparison reads whole.</summary>
public sealed class ReferenceExcerptTests
{
    private static readonly string Folder = RepositoryFolder.Find("tests/AnyEcg.Recordings.Tests/Reference/Excerpts");

    private static readonly ReferenceCase[] Cases =
    [
        new("record-1f.gz", "binformats", Printed.Digital, 0, null, []),
        new("record-flac.gz", "flacformats", Printed.Digital, 0, null, []),
        new("record-4a.gz", "skewframe", Printed.Digital, 0, 197, []),
        new("record-4d.gz", "skewframe", Printed.PhysicalExpanded, 0, 197, []),
        new("record-multi-fixed-d.gz", "segments", Printed.DigitalExpanded, 0, null, [3, 2, 1], -2048),
    ];

    public static TheoryData<string> Targets => [.. Cases.Select(test => test.Target)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void ReadSignal_Excerpt_EqualsTheReference(string name)
    {
        ReferenceCase test = Cases.Single(c => c.Target == name);
        using Recording recording = Recording.Open(Path.Combine(Folder, test.Record));
        using TextReader target = ReferenceOutput.Open(Path.Combine(Folder, test.Target));

        (long compared, string? difference) = ReferenceOutput.Compare(test, recording, target);

        Assert.Null(difference);
        Assert.InRange(compared, 590, 6000);
    }

    [Theory]
    [InlineData("binformats")]
    [InlineData("flacformats")]
    public void CheckOf_Excerpt_HasTheChecksumsOfItsHeader(string name)
    {
        using Recording recording = Recording.Open(Path.Combine(Folder, name));
        for (int s = 0; s < recording.AllSignals.Length; s++)
        {
            Records.ReadSignal(recording, s, 100);
            Assert.Equal(new SignalCheck(true, true), recording.CheckOf(s));
        }
    }

    [Fact]
    public void ReadSignal_EdfExcerpt_HasTheSamplesAndUnitsOfItsWfdbTwin()
    {
        using Recording edf = Recording.Open(Path.Combine(Folder, "generator.edf"));
        using Recording wfdb = Recording.Open(Path.Combine(Folder, "generator"));

        Assert.Equal(("EDF+C", 11, 200), (edf.Info.Kind, edf.AllSignals.Length, edf.SampleCount));
        Assert.Equal(new DateTime(2009, 12, 10, 12, 44, 2, DateTimeKind.Unspecified), edf.Info.StartTime);
        for (int s = 0; s < edf.AllSignals.Length; s++)
        {
            Assert.Equal(Records.ReadSignal(wfdb, s), Records.ReadSignal(edf, s));
            Assert.Equal(wfdb.AllSignals[s].AdcGain, edf.AllSignals[s].AdcGain, 4);
        }

        Assert.Contains(edf.Notes, note => note == new RecordingNote(0, null, "RECORD START"));
    }

    [Theory]
    [InlineData("12726.anI", "ann-2.gz", 22)]
    [InlineData("1003.atr", "ann-3.gz", 40)]
    public void ReadAll_AnnotationExcerpt_EqualsTheReference(string file, string target, int count)
    {
        ReferenceLine line = ReferenceAnnotations.Compare(Path.Combine(Folder, file), Path.Combine(Folder, target));

        Assert.Equal(("equal", (long)count), (line.Result, line.Compared));
    }
}
