namespace AnyEcg.Mqtt.Tests;

/// <summary>The longest a test waits for anything, generous because test machines are loaded.</summary>
internal static class Budget
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static CancellationToken Token => new CancellationTokenSource(Limit, TimeProvider.System).Token;

    /// <summary>Waits until something holds that no event tells of.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        CancellationToken token = Token;
        while (!condition())
            await Task.Delay(Poll, TimeProvider.System, token);
    }
}
