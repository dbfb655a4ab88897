namespace AnyEcg.EndToEnd.Tests;

/// <summary>A test of what the released network finds: random weights find nothing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReleasedFactAttribute : FactAttribute
{
    public ReleasedFactAttribute()
    {
        if (!Released.IsThere)
            Skip = $"no weights in {Released.Folder}";
    }
}
