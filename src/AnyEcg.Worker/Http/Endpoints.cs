namespace AnyEcg.Worker;

/// <summary>The worker's pages: metrics, health, live page, streams, alerts and what is done to them. Bound to loopback unless configured otherwise.</summary>
internal static class Endpoints
{
    private const int MaxPage = 500;

    public static void MapWorker(this WebApplication app)
    {
        // Instruments exist from the start, so that the first scrape already shows zeros.
        WorkerMetrics metrics = app.Services.GetRequiredService<WorkerMetrics>();
        WorkerHealth health = app.Services.GetRequiredService<WorkerHealth>();
        BoardJson board = app.Services.GetRequiredService<BoardJson>();

        app.Use(AddHeaders);
        app.Use(app.Services.GetRequiredService<HttpGate>().InvokeAsync);
        app.Services.GetRequiredService<ActionPages>().Map(app);
        app.Services.GetRequiredService<AlertPages>().Map(app);
        app.MapGet("/metrics", () => Results.Text(metrics.Render(), PrometheusExporter.ContentType));
        app.MapGet("/healthz/live", () => Answer(health.Live()));
        app.MapGet("/healthz/ready", () => Answer(health.Ready()));
        app.MapGet("/healthz/canary", () => Answer(app.Services.GetRequiredService<CanaryWatch>().State()));
        app.MapGet("/healthz/startup", () => Answer(health.Startup()));
        app.MapGet("/", () => Results.Stream(Page(), "text/html; charset=utf-8"));
        app.MapGet("/streams", (int? skip, int? limit, int? strip) =>
        {
            int traceSeconds = Math.Clamp(strip ?? 0, 0, StreamBoard.TraceSeconds);
            MemoryStream body = new();
            board.Write(body, Math.Max(0, skip ?? 0), Math.Clamp(limit ?? 50, 1, MaxPage), traceSeconds);
            return Results.Bytes(body.ToArray(), "application/json");
        });
    }

    /// <summary>The page runs its own script and nobody else's, in nobody else's frame, and nothing of a patient stays in a cache.</summary>
    private static Task AddHeaders(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; connect-src 'self'; img-src blob:; script-src 'unsafe-inline'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        return next(context);
    }

    private static IResult Answer((bool Healthy, string Reason) state) => Results.Text(
        state.Reason + "\n", statusCode: state.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    private static Stream Page() => typeof(Endpoints).Assembly.GetManifestResourceStream("live.html")
        ?? throw new InvalidOperationException("The live page is missing from the assembly.");
}
