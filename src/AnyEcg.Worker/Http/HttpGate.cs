using System.Diagnostics.Metrics;

namespace AnyEcg.Worker;

/// <summary>
/// Lets a request through or not, before any page sees it. Health says nothing of anybody and is open; so is the live page itself, which holds
/// no data and asks for the token. Everything else needs a token where there are any.
/// </summary>
internal sealed class HttpGate(HttpAccess access, IMeterFactory meters, TimeProvider time)
{
    /// <summary>Wrong tokens that are told so: ten at once, then one in six seconds; of more the answer is 429.</summary>
    private const double PerSecond = 1.0 / 6, Burst = 10;

    private readonly Counter<long> refused = meters.Create("AnyEcg.Worker.Http")
        .CreateCounter<long>("anyecg.http.refused", "{request}", "HTTP requests turned away, by status");

    private readonly Lock gate = new();
    private readonly long start = time.GetTimestamp();
    private TokenBucket failures = new(PerSecond, Burst, 0);

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        bool acts = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        if (IsOpen(request.Path) && !acts)
        {
            return next(context);
        }

        HttpCaller? caller = access.Find(request.Headers.Authorization.Count == 1 ? request.Headers.Authorization[0] : null);
        int status = caller is null ? Unauthorized()
            : acts && IsForeign(request) ? StatusCodes.Status403Forbidden
            : acts && !request.HasJsonContentType() ? StatusCodes.Status415UnsupportedMediaType
            : (acts ? caller.MayAct : caller.MayRead) ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden;
        if (status != StatusCodes.Status200OK)
        {
            return Refuse(context, status);
        }

        context.Items[typeof(HttpCaller)] = caller;
        return next(context);
    }

    public static HttpCaller CallerOf(HttpContext context) => (HttpCaller)context.Items[typeof(HttpCaller)]!;

    private bool IsOpen(PathString path) =>
        path == "/" || path.StartsWithSegments("/healthz") || (access.OpenMetrics && path == "/metrics");

    /// <summary>A browser says from which site a request comes; another site's has no business here.</summary>
    private static bool IsForeign(HttpRequest request) =>
        request.Headers.Origin.Count > 0 && request.Headers.Origin[0] != $"{request.Scheme}://{request.Host}";

    private int Unauthorized()
    {
        lock (gate)
        {
            double now = time.GetElapsedTime(start).TotalSeconds;
            bool told = failures.Has(1, now);
            if (told)
            {
                failures.Take(1);
            }

            return told ? StatusCodes.Status401Unauthorized : StatusCodes.Status429TooManyRequests;
        }
    }

    private Task Refuse(HttpContext context, int status)
    {
        refused.Add(1, new KeyValuePair<string, object?>("status", status));
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return Task.CompletedTask;
    }
}
