namespace AnyEcg.Fuzz.Tests;

/// <summary>The short run of every build; the long one is the command (see the README beside).</summary>
public sealed class FuzzTests
{
    private const int Inputs = 20_000;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Decoder_MutatedInputs_NeverCrashesHangsOrSwells(string name)
    {
        FuzzTarget target = FuzzTargets.All.Single(t => t.Name == name);
        FuzzReport report = new FuzzRunner(target, Corpus.Of(target), seed: 1).Run(Inputs);
        Assert.Empty(report.Findings.Select(f => $"input {f.Input}: {f.Fault}"));
        Assert.Equal(Inputs, report.Taken + report.Refused);
    }

    /// <summary>A mutator that breaks everything, or nothing, tests nothing.</summary>
    [Theory]
    [MemberData(nameof(Targets))]
    public void Mutator_SomeInputs_AreTakenAndSomeRefused(string name)
    {
        FuzzTarget target = FuzzTargets.All.Single(t => t.Name == name);
        FuzzReport report = new FuzzRunner(target, Corpus.Of(target), seed: 2).Run(2000);
        Assert.True(report.Taken >= 20, $"only {report.Taken} of 2000 inputs were taken");
        Assert.True(report.Refused >= 20, $"only {report.Refused} of 2000 inputs were refused");
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Corpus_EveryValidSeed_IsTaken(string name)
    {
        FuzzTarget target = FuzzTargets.All.Single(t => t.Name == name);
        IReadOnlyList<byte[]> corpus = Corpus.ValidOf(target);
        Assert.NotEmpty(corpus);
        Assert.All(corpus, seed => Assert.True(target.Feed(seed)));
    }
}
