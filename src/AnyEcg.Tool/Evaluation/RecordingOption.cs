using System.CommandLine;
using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>Options for recordings whose file has no header.</summary>
internal static class RecordingOption
{
    public static Option<double?> SampleRate { get; } = new Option<double?>("--sample-rate") { Description = "Samples per second of CSV files without time stamps." }.AboveZero();

    public static Option<string?> Units { get; } = new("--units") { Description = "Unit of CSV files whose columns do not name it: uV, mV or V." };

    public static RecordingOptions Read(ParseResult parsed) => new() { SampleRateHz = parsed.GetValue(SampleRate), Units = parsed.GetValue(Units) };
}
