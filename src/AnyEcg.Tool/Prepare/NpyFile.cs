using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace AnyEcg.Tool;

/// <summary>Writes an array in NumPy's .npy format, version 1.0, little-endian, C order. The same array gives the same bytes.</summary>
internal static class NpyFile
{
    private const int Alignment = 64;
    private const int PreambleBytes = 10;

    /// <param name="path">File to write; replaced if it is there.</param>
    /// <param name="type">NumPy's type code, e.g. "&lt;f2"; its size must be that of <typeparamref name="T"/>.</param>
    /// <param name="values">The values, last dimension fastest.</param>
    /// <param name="shape">The dimensions.</param>
    public static void Write<T>(string path, string type, ReadOnlySpan<T> values, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        long count = 1;
        foreach (int size in shape)
        {
            count *= size;
        }

        if (count != values.Length)
        {
            throw new ArgumentException($"{values.Length} values do not fill the shape ({Dimensions(shape)}).", nameof(values));
        }

        using FileStream file = File.Create(path);
        file.Write(Header(type, Dimensions(shape)));
        file.Write(MemoryMarshal.AsBytes(values));
    }

    private static byte[] Header(string type, string dimensions)
    {
        string text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({dimensions}), }}";
        int length = (PreambleBytes + text.Length + 1 + Alignment - 1) / Alignment * Alignment - PreambleBytes;
        byte[] header = new byte[PreambleBytes + length];
        ReadOnlySpan<byte> magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, (byte)length, (byte)(length >> 8)];
        magic.CopyTo(header);
        Encoding.ASCII.GetBytes(text.PadRight(length - 1) + '\n', header.AsSpan(PreambleBytes));
        return header;
    }

    private static string Dimensions(ReadOnlySpan<int> shape)
    {
        StringBuilder text = new();
        foreach (int size in shape)
        {
            text.Append(CultureInfo.InvariantCulture, $"{size}, ");
        }

        return text.ToString().TrimEnd(' ');
    }
}
