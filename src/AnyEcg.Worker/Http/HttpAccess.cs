using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace AnyEcg.Worker;

/// <summary>Who asks over HTTP.</summary>
/// <param name="Operator">The token's; null where there are no tokens and the request must say it.</param>
/// <param name="MayAct">Whether actions are allowed.</param>
/// <param name="MayRead">Whether pages are.</param>
internal sealed record HttpCaller(string? Operator, bool MayAct, bool MayRead = true)
{
    public string Source => Operator is null ? CommandSource.Loopback : CommandSource.Token;
}

/// <summary>Knows the tokens, as hashes. Any thread.</summary>
internal sealed class HttpAccess
{
    private const string Scheme = "Bearer ";

    private readonly ImmutableArray<(byte[] Hash, HttpCaller Caller)> tokens;
    private readonly HttpCaller nobody;

    public HttpAccess(IOptions<HttpOptions> options, WorkerSettings settings)
    {
        tokens = [.. options.Value.Tokens.Select(token => (HashOf(token), Caller(token)))];
        OpenMetrics = options.Value.OpenMetrics || tokens.IsEmpty;

        // Without a token only this machine is let in at all, unless somebody said otherwise: then nobody may act.
        nobody = new HttpCaller(null, !settings.Worker.ExposePages);
    }

    public bool OpenMetrics { get; }

    /// <summary>Whom an Authorization header stands for; null for nobody. Looks at all tokens, however early one fits.</summary>
    public HttpCaller? Find(string? authorization)
    {
        if (tokens.IsEmpty)
        {
            return nobody;
        }

        bool bearer = authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true;
        byte[] given = SHA256.HashData(Encoding.UTF8.GetBytes(bearer ? authorization![Scheme.Length..].Trim() : ""));
        HttpCaller? found = null;
        foreach ((byte[] hash, HttpCaller caller) in tokens)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, given) ? caller : found;
        }

        return bearer ? found : null;
    }

    private static byte[] HashOf(HttpToken token) =>
        token.TokenSha256 is { } hex ? Convert.FromHexString(hex) : SHA256.HashData(Encoding.UTF8.GetBytes(token.FirstLine()!));

    private static HttpCaller Caller(HttpToken token) =>
        new(token.Operator, token.Roles.Contains(HttpToken.Act), token.Roles.Length == 0 || token.Roles.Contains(HttpToken.Read));
}
