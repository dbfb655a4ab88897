namespace AnyEcg.Recordings.Tests;

public sealed class AnnotationReaderTests
{
    [Fact]
    public void TryRead_BeginningOfMitdb100_GivesRhythmAndBeats()
    {
        // the first words of mitdb/100.atr: a rhythm change with its text, then three beats
        byte[] bytes = [0x12, 0x70, 0x03, 0xfc, 0x28, 0x4e, 0x00, 0x00, 0x3b, 0x04, 0x25, 0x05, 0x1d, 0x05, 0x00, 0x00];

        Assert.Equal(
            [
                new Annotation(18, AnnotationCode.RhythmChange, Aux: "(N\0"),
                new Annotation(77, AnnotationCode.Normal),
                new Annotation(370, AnnotationCode.Normal),
                new Annotation(655, AnnotationCode.Normal),
            ],
            Read(bytes));
        Assert.Equal("(N", Read(bytes)[0].AuxText);
    }

    [Fact]
    public void TryRead_ModifierWords_ChannelAndNumberHoldSubTypeDoesNot()
    {
        byte[] bytes = Bytes.Words(
            Word(14, 5), Word(61, -1), Word(62, 1), Word(60, -3),
            Word(5, 10),
            Word(1, 1), Word(62, 0), Word(60, 0), 0);

        Assert.Equal(
            [
                new Annotation(5, AnnotationCode.NoiseChange, -1, 1, -3),
                new Annotation(15, AnnotationCode.PrematureVentricular, 0, 1, -3),
                new Annotation(16, AnnotationCode.Normal),
            ],
            Read(bytes));
    }

    [Fact]
    public void TryRead_ChainOfSkips_GoesBeyondThirtyTwoBits()
    {
        byte[] bytes = Bytes.Words(
            Word(59, 0), 0x7fff, 0xffff, Word(59, 0), 0x7fff, 0xffff, Word(59, 0), 0x7fff, 0xffff, Word(1, 3), 0);

        Assert.Equal([new Annotation((3L * int.MaxValue) + 3, AnnotationCode.Normal)], Read(bytes));
    }

    [Fact]
    public void TryRead_SkipBack_GivesTimesBeforeTheRecord() =>
        Assert.Equal([new Annotation(-1, AnnotationCode.RhythmChange)], Read(Bytes.Words(Word(59, 0), 0xffff, 0xffff, Word(28, 0), 0)));

    [Fact]
    public void TimeResolutionHz_StatedInTheFirstNote_IsRead()
    {
        byte[] text = "## time resolution: 200"u8.ToArray();
        byte[] bytes = [.. Bytes.Words(Word(22, 0), Word(63, text.Length)), .. text, 0, .. Bytes.Words(Word(1, 9), 0)];
        using AnnotationReader reader = new(new MemoryStream(bytes));
        Assert.Null(reader.TimeResolutionHz);

        Assert.Equal(2, reader.ReadToEnd().Count);

        Assert.Equal(200, reader.TimeResolutionHz);
    }

    [Fact]
    public void ReadAll_FileWithItsOwnResolution_SaysSo()
    {
        byte[] text = "## time resolution: 200"u8.ToArray();
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, [.. Bytes.Words(Word(22, 0), Word(63, text.Length)), .. text, 0, .. Bytes.Words(Word(1, 9), 0)]);
        Assert.Equal(200, AnnotationReader.ReadAll(path, 360).RateHz);

        File.WriteAllBytes(path, Bytes.Words(Word(1, 9), 0));
        Assert.Equal(360, AnnotationReader.ReadAll(path, 360).RateHz);
        File.Delete(path);
    }

    [Fact]
    public void TryRead_DefinitionsOfCodes_AreNoAnnotations()
    {
        byte[] Note(string text) => [.. Bytes.Words(Word(22, 0), Word(63, text.Length)), .. System.Text.Encoding.ASCII.GetBytes(text), .. new byte[text.Length % 2]];
        byte[] bytes =
        [
            .. Note("## annotation type definitions"), .. Note("15 c calibration pulse"), .. Note("## end of definitions"),
            .. Bytes.Words(Word(59, 0), 0xffff, 0xffff, Word(0, 1), Word(1, 73), 0),
        ];

        Assert.Equal([new Annotation(73, AnnotationCode.Normal)], Read(bytes));
        Assert.Throws<RecordingFormatException>(() => Read(bytes[..40]));
    }

    [Fact]
    public void TryRead_DefinitionsWithoutEnd_AreNotTakenForTheWholeFile()
    {
        byte[] mark = System.Text.Encoding.ASCII.GetBytes("## annotation type definitions");
        byte[] bytes = [.. Bytes.Words(Word(22, 0), Word(63, mark.Length)), .. mark, .. Bytes.Words(Word(1, 73), Word(1, 80), 0)];

        Assert.Contains("definitions", Assert.Throws<RecordingFormatException>(() => Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryRead_AfterTheEndMark_StaysFalse()
    {
        using AnnotationReader reader = new(new MemoryStream(Bytes.Words(0, Word(1, 1))));

        Assert.False(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void TryRead_CutAnywhere_Throws()
    {
        byte[] whole = Bytes.Words(Word(59, 0), 1, 2, Word(1, 5), Word(61, 2), Word(63, 3), 0x4e28, 0x41, Word(1, 7), 0);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<RecordingFormatException>(() => Read(whole[..length]));
        }

        Assert.Equal(2, Read(whole).Count);
    }

    [Fact]
    public void TryRead_ModifierFirst_Throws() =>
        Assert.Throws<RecordingFormatException>(() => Read(Bytes.Words(Word(61, 1), Word(1, 1), 0)));

    [Fact]
    public void TryRead_RandomBytes_ReadsOrThrowsTheOneException()
    {
        Random random = new(5);
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            Exception? thrown = Record.Exception(() => Read(bytes));
            Assert.True(thrown is null or RecordingFormatException, thrown?.ToString());
        }
    }

    private static int Word(int code, int value) => MitWord.Make(code, value);

    private static IReadOnlyList<Annotation> Read(byte[] bytes)
    {
        using AnnotationReader reader = new(new MemoryStream(bytes));
        return reader.ReadToEnd();
    }
}
