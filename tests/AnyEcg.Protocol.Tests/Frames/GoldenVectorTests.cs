using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

public sealed class GoldenVectorTests
{
    public static TheoryData<string, FrameCodec> Vectors => new()
    {
        { "int16", FrameCodec.Int16 },
        { "int16-two-leads", FrameCodec.Int16 },
        { "int24", FrameCodec.Int24 },
        { "float32", FrameCodec.Float32 },
        { "delta-varint", FrameCodec.DeltaVarint },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Vector_DecodedAndEncoded_AgreesWithTheIndependentGenerator(string name, FrameCodec codec)
    {
        byte[] bytes = RepositoryFiles.Hex(name);
        EcgFrame native = new(), json = new();
        Assert.Equal(FrameRejection.None, NativeFrameCodec.Decode(bytes, native));
        Assert.Equal(FrameRejection.None, JsonFrameCodec.Decode(File.ReadAllBytes(RepositoryFiles.Golden($"{name}.json")), null, json));
        Assert.True(Frames.Same(json, native));
        Assert.Equal(bytes, Frames.Encode(json, codec));
    }

    [Fact]
    public void Vectors_InTheDocument_AreTheFiles() => Assert.All(RepositoryFiles.HexNames, name =>
    {
        string hex = File.ReadAllText(RepositoryFiles.Golden($"{name}.hex"));
        Assert.Contains($"Golden/{name}.hex`:\n\n```\n{hex}```", RepositoryFiles.Protocol, StringComparison.Ordinal);
    });
}
