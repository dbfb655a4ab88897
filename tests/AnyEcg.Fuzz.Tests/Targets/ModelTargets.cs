using System.Buffers.Binary;
using AnyEcg.Model;

namespace AnyEcg.Fuzz.Tests;

/// <summary>Files of weights, which may come from anywhere.</summary>
internal static class ModelTargets
{
    public static IEnumerable<FuzzTarget> All() =>
    [
        new()
        {
            Name = "safetensors",
            Mutator = new MixedMutator(new SafetensorsMutator(), new ByteMutator()),
            Feed = TakesWeights,
            AllocationBase = 64 * 1024,
            AllocationPerByte = 48,
        },
    ];

    private static bool TakesWeights(byte[] bytes)
    {
        try
        {
            using SafetensorsFile file = SafetensorsFile.Open(new MemoryStream(bytes));
            foreach (string name in file.Names)
                Read(file, name);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static void Read(SafetensorsFile file, string name)
    {
        try
        {
            file.Read<float>(name);
        }
        catch (InvalidDataException)
        {
            // A tensor of another type: that is what the reader says of it.
        }
    }

    /// <summary>Damages the JSON header as JSON and makes the length before it right again.</summary>
    private sealed class SafetensorsMutator : Mutator
    {
        private static readonly JsonMutator Json = new();

        public override byte[] Mutate(byte[] seed, byte[] other, FuzzRandom random)
        {
            byte[] header = Json.Mutate(Header(seed), Header(other), random);
            byte[] length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            return [.. length, .. header, .. seed.AsSpan(Math.Min(8 + Header(seed).Length, seed.Length))];
        }

        private static byte[] Header(byte[] file)
        {
            long length = file.Length < 8 ? 0 : BinaryPrimitives.ReadInt64LittleEndian(file);
            return length > 0 && length <= file.Length - 8 ? file[8..(8 + (int)length)] : [];
        }
    }
}
