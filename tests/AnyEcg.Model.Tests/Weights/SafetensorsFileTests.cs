using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Model.Tests;

/// <summary>Any byte sequence gives tensors or an <see cref="InvalidDataException"/>.</summary>
public sealed class SafetensorsFileTests
{
    private const string Good = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[2,2],"data_offsets":[8,12]},"__metadata__":{"x":"y"}}""";

    [Fact]
    public void Read_TwoTensors_GivesTheirValues()
    {
        using SafetensorsFile file = Open(Good, [0, 0, 128, 63, 0, 0, 0, 192, 1, 2, 3, 4]);
        Assert.Equal(["a", "b"], file.Names.Order());
        Assert.Equal([1f, -2f], file.Read<float>("a"));
        Assert.Equal([1, 2, 3, 4], file.Read<byte>("b"));
        Assert.Equal([2L, 2L], file.Shape("b"));
    }

    [Fact]
    public void Read_OtherTypeOrUnknownName_Throws()
    {
        using SafetensorsFile file = Open(Good, new byte[12]);
        Assert.Throws<InvalidDataException>(() => file.Read<int>("a"));
        Assert.Throws<InvalidDataException>(() => file.Read<float>("c"));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,-8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0)]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":7,"shape":[2],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8)]
    [InlineData("""{"a":3}""", 0)]
    [InlineData("""[1]""", 0)]
    [InlineData("""{"a":""", 0)]
    [InlineData("", 0)]
    public void Open_HostileHeader_Throws(string header, int dataBytes)
    {
        Assert.Throws<InvalidDataException>(() => Open(header, new byte[dataBytes]));
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(1ul << 62)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1000ul)]
    public void Open_HeaderLengthBeyondTheFile_Throws(ulong length)
    {
        byte[] bytes = new byte[108];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(new MemoryStream(bytes)));
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(new MemoryStream(bytes[..5])));
    }

    [Fact]
    public void Open_AnyBytes_OpensOrThrowsInvalidData()
    {
        byte[] good = Bytes(Good, new byte[12]);
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            byte[] bytes = [.. good];
            for (int i = 0; i < 1 + seed % 5; i++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                using SafetensorsFile file = SafetensorsFile.Open(new MemoryStream(bytes[..random.Next(bytes.Length + 1)]));
                return file.Names.All(name => file.Shape(name).Count <= 8);
            }
            catch (InvalidDataException)
            {
                return true;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithReplay(1, 3));
    }

    private static SafetensorsFile Open(string header, byte[] data) => SafetensorsFile.Open(new MemoryStream(Bytes(header, data)));

    private static byte[] Bytes(string header, byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. Encoding.ASCII.GetBytes(header), .. data];
    }
}
