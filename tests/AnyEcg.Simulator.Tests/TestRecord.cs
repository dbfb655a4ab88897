using System.Buffers.Binary;
using System.Globalization;

namespace AnyEcg.Simulator.Tests;

/// <summary>A synthetic WFDB record of format 16 on disk, gone when disposed. Sample i of lead s is <c>1000 s + i mod 997</c>.</summary>
internal sealed class TestRecord : IDisposable
{
    /// <summary>The code of format 16 for a sample that is missing.</summary>
    public const short Missing = short.MinValue;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-simulator-");

    public TestRecord(int samples, int leads = 2, double rate = 250, Func<int, int, bool>? missing = null, string recorded = "")
    {
        Samples = samples;
        Leads = leads;
        byte[] data = new byte[2 * samples * leads];
        for (int i = 0; i < samples; i++)
        {
            for (int lead = 0; lead < leads; lead++)
            {
                short value = missing?.Invoke(lead, i) == true ? Missing : (short)Value(lead, i);
                BinaryPrimitives.WriteInt16LittleEndian(data.AsSpan(2 * ((i * leads) + lead)), value);
            }
        }

        File.WriteAllBytes(System.IO.Path.Combine(folder.FullName, "r1.dat"), data);
        string[] names = ["MLII", "V1", "some lead or other"];
        string header = string.Create(CultureInfo.InvariantCulture, $"r1 {leads} {rate} {samples} {recorded}\n");
        for (int lead = 0; lead < leads; lead++)
            header += $"r1.dat 16 200(10)/mV 16 0 {Value(lead, 0)} 0 0 {names[lead % 3]}\n";
        File.WriteAllText(Path + ".hea", header);
    }

    public string Path => System.IO.Path.Combine(folder.FullName, "r1");

    public int Samples { get; }

    public int Leads { get; }

    public static int Value(int lead, int sample) => (1000 * lead) + (sample % 997);

    public void Dispose() => folder.Delete(recursive: true);
}
