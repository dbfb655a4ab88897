namespace AnyEcg.Worker;

/// <summary>Section <c>Http</c>: who may read the pages and act on alerts over HTTP.</summary>
public sealed class HttpOptions
{
    public const string Section = "Http";

    private const int ShortestToken = 32;

    /// <summary>Bearer tokens. None: everybody on this machine may read, and may act under the name that he gives.</summary>
    public HttpToken[] Tokens { get; set; } = [];

    /// <summary>With tokens: let everybody read <c>/metrics</c>, which name no stream.</summary>
    public bool OpenMetrics { get; set; }

    /// <summary>Everything that is wrong with these settings; repeats no token.</summary>
    internal IEnumerable<string> Faults() => Tokens.SelectMany((token, i) => Faults(token).Select(fault => $"Http:Tokens:{i}: {fault}"));

    private static IEnumerable<string> Faults(HttpToken token)
    {
        if (token.Operator.Length is < 1 or > 64 || token.Operator.Any(char.IsControl))
        {
            yield return "Operator must have 1 to 64 characters";
        }

        if (token.Roles.Any(role => role is not (HttpToken.Read or HttpToken.Act)))
        {
            yield return "Roles are read and act";
        }

        if ((token.TokenSha256 is null) == (token.TokenFile is null))
        {
            yield return "TokenSha256 or TokenFile must be set, not both";
        }
        else if (token.TokenSha256 is { } hash && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit)))
        {
            yield return "TokenSha256 must be the 64 hexadecimal digits of the token's SHA-256";
        }
        else if (token.TokenFile is not null && !File.Exists(token.TokenFile))
        {
            yield return "TokenFile does not exist";
        }
        else if (token.TokenFile is not null && (token.FirstLine()?.Length ?? 0) < ShortestToken)
        {
            yield return $"TokenFile's first line must be a token of at least {ShortestToken} characters";
        }
    }
}

/// <summary>One token.</summary>
public sealed class HttpToken
{
    internal const string Read = "read", Act = "act";

    /// <summary>The name that stands with every action done with it; 1 to 64 characters.</summary>
    public string Operator { get; set; } = "";

    /// <summary>SHA-256 of the token, in hexadecimal. The token itself is long and random, so its hash is no secret.</summary>
    public string? TokenSha256 { get; set; }

    /// <summary>File whose first line is the token, at least 32 characters; read at start.</summary>
    public string? TokenFile { get; set; }

    /// <summary><c>read</c> and <c>act</c>; without any, read.</summary>
    public string[] Roles { get; set; } = [];

    internal string? FirstLine() => TokenFile is null ? null : File.ReadLines(TokenFile).FirstOrDefault()?.Trim();
}
