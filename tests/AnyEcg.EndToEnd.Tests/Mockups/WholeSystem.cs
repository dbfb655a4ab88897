namespace AnyEcg.EndToEnd.Tests;

/// <summary>Whole systems run one after the other: they share the processor with their own time limits.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholeSystem
{
    public const string Name = "whole system";
}
