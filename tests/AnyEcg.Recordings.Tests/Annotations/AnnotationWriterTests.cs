using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Recordings.Tests;

public sealed class AnnotationWriterTests
{
    [Fact]
    public void Write_AnyAnnotations_ReadTheSameAgain()
    {
        Gen<(long Step, Annotation Annotation)> one =
            from step in Gen.OneOf(Gen.Choose(0, 2000).Select(i => (long)i), Gen.Choose(0, int.MaxValue).Select(i => 5L * i))
            from code in Gen.Choose(1, AnnotationWriter.MaxCode)
            from subType in Gen.Choose(-128, 127)
            from channel in Gen.Choose(0, 255)
            from number in Gen.Choose(-128, 127)
            from length in Gen.Choose(0, AnnotationWriter.MaxAuxBytes)
            from first in Gen.Choose(0, 255)
            let aux = length == 0 ? null : new string([.. Enumerable.Range(first, length).Select(c => (char)(c & 0xff))])
            select (step, new Annotation(0, (AnnotationCode)code, subType, channel, number, aux));
        Gen<List<Annotation>> lists =
            from start in Gen.Choose(-3, 3)
            from items in Gen.ListOf(one)
            select Accumulate(start, items);
        Prop.ForAll(lists.ToArbitrary(), list => Assert.Equal(list, Read(Write(list)))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Write_BeatsAndRhythm_GivesTheBytesOfTheFormat()
    {
        byte[] bytes = Write([new(18, AnnotationCode.RhythmChange, Aux: "(N\0"), new(77, AnnotationCode.Normal), new(2000, AnnotationCode.PrematureVentricular, 1)]);

        Assert.Equal(
            [
                0x12, 0x70, 0x03, 0xfc, 0x28, 0x4e, 0x00, 0x00, 0x3b, 0x04,
                0x00, 0xec, 0x00, 0x00, 0x83, 0x07, 0x00, 0x14, 0x01, 0xf4, 0x00, 0x00,
            ],
            bytes);
    }

    [Fact]
    public void Write_Nothing_IsOnlyTheEndMark() => Assert.Equal([0, 0], Write([]));

    [Fact]
    public void WriteAll_ToDisk_ReadsTheSameAgain()
    {
        string path = Path.GetTempFileName();
        List<Annotation> list = [new(5, AnnotationCode.Normal), new(9, AnnotationCode.Fusion)];

        AnnotationWriter.WriteAll(path, list);

        Assert.Equal(list, AnnotationReader.ReadAll(path));
        File.Delete(path);
    }

    [Fact]
    public void Write_WhatTheFormatCannotHold_IsRefused()
    {
        using AnnotationWriter writer = new(new MemoryStream());
        writer.Write(new Annotation(100, AnnotationCode.Normal));
        Annotation[] refused =
        [
            new(99, AnnotationCode.Normal),
            new(100, AnnotationCode.NotQrs),
            new(100, (AnnotationCode)50),
            new(100, AnnotationCode.Normal, SubType: 128),
            new(100, AnnotationCode.Normal, Number: -129),
            new(100, AnnotationCode.Normal, Channel: 256),
            new(100, AnnotationCode.Normal, Aux: new string('x', 256)),
            new(100, AnnotationCode.Normal, Aux: "\u03a9"),
        ];

        Assert.All(refused, annotation => Assert.Throws<ArgumentException>(() => writer.Write(annotation)));
    }

    [Fact]
    public void Write_AfterDispose_IsRefused()
    {
        AnnotationWriter writer = new(new MemoryStream());
        writer.Dispose();
        writer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => writer.Write(new Annotation(1, AnnotationCode.Normal)));
    }

    private static List<Annotation> Accumulate(long sample, IEnumerable<(long Step, Annotation Annotation)> items)
    {
        List<Annotation> list = [];
        foreach ((long step, Annotation annotation) in items)
        {
            list.Add(annotation with { Sample = sample });
            sample += step;
        }

        return list;
    }

    private static byte[] Write(IEnumerable<Annotation> annotations)
    {
        MemoryStream stream = new();
        using (AnnotationWriter writer = new(stream))
        {
            foreach (Annotation annotation in annotations)
            {
                writer.Write(annotation);
            }
        }

        return stream.ToArray();
    }

    private static IReadOnlyList<Annotation> Read(byte[] bytes)
    {
        using AnnotationReader reader = new(new MemoryStream(bytes));
        return reader.ReadToEnd();
    }
}
