using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>Texts of C.</summary>
internal static unsafe class NativeText
{
    public static string Read(byte* text) => text == null ? "" : Marshal.PtrToStringUTF8((nint)text) ?? "";

    /// <summary>Calls with an array of zero-terminated texts that lives until the call returns.</summary>
    public static int With(IReadOnlyList<string> texts, Func<nint, int> call)
    {
        nint* pointers = stackalloc nint[Math.Max(1, texts.Count)];
        try
        {
            for (int i = 0; i < texts.Count; i++)
                pointers[i] = Marshal.StringToCoTaskMemUTF8(texts[i]);
            return call((nint)pointers);
        }
        finally
        {
            for (int i = 0; i < texts.Count; i++)
                Marshal.FreeCoTaskMem(pointers[i]);
        }
    }
}
