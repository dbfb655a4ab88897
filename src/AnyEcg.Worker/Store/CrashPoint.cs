using System.Diagnostics;
using System.Globalization;

namespace AnyEcg.Worker;

/// <summary>
/// Ends the process, as a power cut would, when a named point of the data path is passed for the n-th time: for the tests that show
/// what a crash there does. Set by the environment variable <c>ANYECG_CRASH_POINT=name:n</c>; without it every pass is nothing. Any thread.
/// </summary>
internal sealed class CrashPoint
{
    public const string Variable = "ANYECG_CRASH_POINT";
    public const string BeforePuback = "before-puback", AfterPuback = "after-puback";
    public const string BeforePublish = "before-publish", AfterPublish = "after-publish";

    private readonly string? name;
    private long left;

    public CrashPoint()
        : this(Environment.GetEnvironmentVariable(Variable))
    {
    }

    internal CrashPoint(string? setting)
    {
        string[] parts = setting?.Split(':') ?? [];
        if (parts.Length == 2 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out left))
        {
            name = parts[0];
        }
    }

    public bool IsSet => name is not null;

    /// <summary>Does not return at the n-th pass of its point.</summary>
    public void Pass(string point)
    {
        if (name is not null && point == name && Interlocked.Decrement(ref left) == 0)
        {
            using Process self = Process.GetCurrentProcess();
            self.Kill();
        }
    }
}
