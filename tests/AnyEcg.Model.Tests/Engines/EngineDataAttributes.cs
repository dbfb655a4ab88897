using System.Reflection;
using Xunit.Sdk;

namespace AnyEcg.Model.Tests;

/// <summary>Runs a theory, whose one argument is the engine, on the CPU.</summary>
internal sealed class OnCpuAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[TestEngine.Cpu]];
}

/// <summary>Runs a theory on the emulated card, in both number types; skipped, with the reason, where the emulator cannot be built.</summary>
internal sealed class OnEmulatedCardAttribute : DataAttribute
{
    public OnEmulatedCardAttribute() => Skip = new CudaEmulatorFactAttribute().Skip;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[TestEngine.EmulatedFloat], [TestEngine.EmulatedBfloat]];
}

/// <summary>Runs a theory on a card, in both number types; skipped, with the reason, where there is none.</summary>
internal sealed class OnCardAttribute : DataAttribute
{
    public OnCardAttribute() => Skip = new CudaFactAttribute().Skip;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[TestEngine.CardFloat], [TestEngine.CardBfloat]];
}
