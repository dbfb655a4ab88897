namespace AnyEcg.Recordings;

/// <summary>Finds out what kind of recording a file is, and opens it.</summary>
internal static class RecordingFiles
{
    private const int ProbeBytes = 256;

    public static SignalReader Open(string path, RecordingOptions options)
    {
        if (path.EndsWith(".hea", StringComparison.OrdinalIgnoreCase))
        {
            return OpenWfdb(path);
        }

        if (File.Exists(path + ".hea"))
        {
            return OpenWfdb(path + ".hea");
        }

        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no recording {path}, nor {path}.hea.", path);
        }

        Stream stream = OpenSource(path).Open(Path.GetFileName(path));
        try
        {
            return Open(stream, Path.GetFileName(path), options);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Opens a recording that is one file; the reader owns the stream from then on.</summary>
    public static SignalReader Open(Stream stream, string fileName, RecordingOptions options)
    {
        byte[] probe = new byte[ProbeBytes];
        int count = stream.ReadAtLeast(probe, probe.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        ReadOnlySpan<byte> start = probe.AsSpan(0, count);
        if (EdfHeader.IsStart(start))
        {
            return new EdfReader(stream, fileName);
        }

        if (IshneHeader.IsStart(start))
        {
            return new IshneReader(stream, fileName);
        }

        if (Foreign(start) is { } kind)
        {
            throw new RecordingFormatException($"{fileName} is {kind}, which is not supported.");
        }

        if (IsTableName(fileName) || (!start.Contains((byte)0) && CsvLayout.IsTable(stream)))
        {
            return new CsvReader(stream, fileName, options);
        }

        throw new RecordingFormatException($"{fileName}: its first bytes are those of no recording of a kind that is supported (WFDB, EDF, EDF+, BDF, ISHNE, CSV).");
    }

    private static bool IsTableName(string fileName) =>
        Path.GetExtension(fileName).ToUpperInvariant() is ".CSV" or ".TSV";

    private static WfdbSource OpenSource(string path) => new(Path.GetDirectoryName(Path.GetFullPath(path))!);

    private static SignalReader OpenWfdb(string path)
    {
        WfdbSource source = OpenSource(path);
        WfdbHeader header;
        using (Stream stream = source.Open(Path.GetFileName(path)))
        {
            header = WfdbHeader.Read(stream, Path.GetFileName(path));
        }

        return header.SegmentCount is null ? new WfdbReader(header, source.Open) : new SegmentedReader(header, source.Open);
    }

    private static string? Foreign(ReadOnlySpan<byte> start) => start switch
    {
        _ when start.StartsWith("RIFF"u8) => "a RIFF (WAV) file",
        _ when start.StartsWith("MATLAB"u8) => "a MATLAB level 5 file",
        _ when start.StartsWith("<?xml"u8) || start.StartsWith("<"u8) => "an XML file",
        _ when start.StartsWith("fLaC"u8) => "a FLAC file without a WFDB header",
        _ when start.StartsWith("SCPECG"u8) => "an SCP-ECG file",
        _ when start.Length >= 132 && start[128..].StartsWith("DICM"u8) => "a DICOM file",
        _ => null,
    };

    private sealed record WfdbSource(string Folder)
    {
        public Stream Open(string name)
        {
            try
            {
                return File.OpenRead(Path.Combine(Folder, name));
            }
            catch (UnauthorizedAccessException fault)
            {
                // A folder of that name, or a file that may not be read.
                throw new IOException(fault.Message, fault);
            }
        }
    }
}
