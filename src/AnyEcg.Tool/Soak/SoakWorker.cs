using System.Globalization;
using AnyEcg.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace AnyEcg.Tool;

/// <summary>The worker of a soak, in this process, seen as operations sees it: through its pages.</summary>
internal sealed class SoakWorker : IAsyncDisposable
{
    public const string Id = "soak";

    private readonly WebApplication app;
    private readonly HttpClient http;

    private SoakWorker(WebApplication app)
    {
        this.app = app;
        http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public static async Task<SoakWorker> StartAsync(string model, int brokerPort, TemporaryStore store, CancellationToken cancel)
    {
        WebApplication app = WorkerApp.Create(
            [
                "--Urls", "http://127.0.0.1:0",
                "--Worker:Id", Id,
                "--Worker:DrainSeconds", "60",
                "--Broker:Host", "127.0.0.1",
                "--Broker:Port", brokerPort.ToString(CultureInfo.InvariantCulture),
                "--Broker:KeepAliveSeconds", "5",
                "--Engine:Model", Path.GetFullPath(model),
                "--Engine:MaxLeads", "2048",
                "--Store:Connection", store.Connection,
            ],
            builder => builder.Logging.ClearProviders());
        await app.StartAsync(cancel);
        return new SoakWorker(app);
    }

    public async Task<bool> IsReadyAsync(CancellationToken cancel)
    {
        using HttpResponseMessage answer = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), cancel);
        return answer.IsSuccessStatusCode;
    }

    public async Task<WorkerReading> ReadAsync(CancellationToken cancel) =>
        WorkerReading.Parse(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancel));

    public Task StopAsync(CancellationToken cancel) => app.StopAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }
}
