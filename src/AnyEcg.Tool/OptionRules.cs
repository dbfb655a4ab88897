using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace AnyEcg.Tool;

/// <summary>What an option's value must be. A validator reads the text itself: asking for the value of a text that is no number throws.</summary>
internal static class OptionRules
{
    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public static Option<T> Within<T>(this Option<T> option, T low, T high)
        where T : INumber<T>
    {
        option.Check(
            text => T.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out T? value) && value >= low && value <= high,
            string.Create(CultureInfo.InvariantCulture, $"{option.Name} must be {low} to {high}."));
        return option;
    }

    /// <summary>A finite number above 0.</summary>
    public static Option<double?> AboveZero(this Option<double?> option)
    {
        option.Check(
            text => double.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value),
            $"{option.Name} must be above 0.");
        return option;
    }

    /// <summary>A file that can be written: found out before the work, not after it.</summary>
    public static Option<string?> NewFile(this Option<string?> option)
    {
        option.Check(
            text => text.Length > 0 && !Directory.Exists(text) && Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(text))),
            $"{option.Name} must be a file in a folder that exists.");
        return option;
    }

    private static void Check(this Option option, Func<string, bool> fits, string fault) =>
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !fits(result.Tokens[0].Value))
            {
                result.AddError(fault);
            }
        });
}
