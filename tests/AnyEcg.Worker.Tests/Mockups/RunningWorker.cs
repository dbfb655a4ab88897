using System.Globalization;
using System.Net;
using AnyEcg.Engine;
using AnyEcg.Mqtt.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AnyEcg.Worker.Tests;

/// <summary>The whole worker in this process, on a free port, with a small random network and a database of its own.</summary>
internal sealed class RunningWorker : IAsyncDisposable
{
    private readonly HttpClient http = new();
    private readonly DirectoryInfo folder;

    private RunningWorker(WebApplication app, ErrorLog log, DirectoryInfo folder)
    {
        this.folder = folder;
        App = app;
        Log = log;
        http.BaseAddress = new Uri(app.Urls.First());
    }

    public WebApplication App { get; }

    public ErrorLog Log { get; }

    public StreamEngine Engine => Get<StreamEngine>();

    public IngestCounters Ingest => Get<IngestCounters>();

    /// <summary>Starts it without waiting for the broker.</summary>
    public static Task<RunningWorker> StartAsync(int brokerPort, Func<IModelRunner>? model = null, params string[] more) =>
        StartAsync(brokerPort, services => services.AddSingleton(_ => (model ?? TestModel.Create)()), more);

    /// <summary>Starts it with parts of the test's own.</summary>
    public static async Task<RunningWorker> StartAsync(int brokerPort, Action<IServiceCollection> parts, params string[] more)
    {
        ErrorLog log = new();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-worker-");
        string[] args =
        [
            "--Urls", "http://127.0.0.1:0",
            "--Broker:Port", brokerPort.ToString(CultureInfo.InvariantCulture),
            "--Worker:DrainSeconds", "30",
            "--Store:Connection", Path.Combine(folder.FullName, "anyecg.db"),
            .. more,
        ];
        WebApplication app = WorkerApp.Create(args, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(log);
            parts(builder.Services);
        });
        await app.StartAsync(Budget.Token);
        return new RunningWorker(app, log, folder);
    }

    /// <summary>Starts it and waits until it is subscribed.</summary>
    public static async Task<RunningWorker> ReadyAsync(int brokerPort, Func<IModelRunner>? model = null, params string[] more)
    {
        RunningWorker worker = await StartAsync(brokerPort, model, more);
        await worker.WaitAsync("/healthz/ready", HttpStatusCode.OK);
        return worker;
    }

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    public Task<HttpResponseMessage> RequestAsync(string path) => http.GetAsync(new Uri(path, UriKind.Relative), Budget.Token);

    public Task<string> TextAsync(string path) => http.GetStringAsync(new Uri(path, UriKind.Relative), Budget.Token);

    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        using HttpResponseMessage response = await RequestAsync(path);
        return response.StatusCode;
    }

    /// <summary>Sends a request with a token and a body, each where it is given.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token = null, string? body = null, string contentType = "application/json")
    {
        HttpRequestMessage request = new(method, new Uri(path, UriKind.Relative));
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        if (method != HttpMethod.Get)
        {
            request.Content = new StringContent(body ?? "", new System.Net.Http.Headers.MediaTypeHeaderValue(contentType));
        }

        return http.SendAsync(request, Budget.Token);
    }

    /// <summary>Waits until a page answers with a status.</summary>
    public async Task WaitAsync(string path, HttpStatusCode status)
    {
        CancellationToken limit = Budget.Token;
        while (await StatusAsync(path) != status)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit);
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await App.StopAsync(Budget.Token);
        await App.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
