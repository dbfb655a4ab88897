using AnyEcg.Mqtt.Tests;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>A fact that needs mosquitto, the released weights and SIGKILL; skipped with the reason where one is missing.</summary>
internal sealed class CrashFactAttribute : FactAttribute
{
    public CrashFactAttribute() => Skip = Reason;

    public static string? Reason =>
        OperatingSystem.IsWindows() ? "there is no SIGKILL"
        : !Released.IsThere ? "models/anyecg-s is not checked out"
        : !MosquittoServer.IsInstalled ? "mosquitto is not installed"
        : null;
}

/// <summary>The same for a theory.</summary>
internal sealed class CrashTheoryAttribute : TheoryAttribute
{
    public CrashTheoryAttribute() => Skip = CrashFactAttribute.Reason;
}
