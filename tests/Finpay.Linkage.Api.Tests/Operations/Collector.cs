using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Operations;

/// <summary>An OpenTelemetry collector (OTLP over HTTP) that keeps what arrives; texts stand in the bytes as they are.</summary>
public sealed class Collector : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<(string Path, string Text)> received = new();
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication server;

    public Collector()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        server = builder.Build();
        server.Run(TakeAsync);
        server.StartAsync().GetAwaiter().GetResult();
    }

    /// <summary>Takes everything and answers nothing.</summary>
    public bool Hangs { get; set; }

    /// <summary>Reads everything and answers 503.</summary>
    public bool Refuses { get; set; }

    /// <summary>What gRPC says in a header of an answer without content; null: no header.</summary>
    public string? GrpcStatus { get; set; }

    public string Url => server.Urls.Single();

    /// <summary>The standard variables that send everything here, soon.</summary>
    public (string Key, string? Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", Url), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "50"), ("OTEL_BLRP_SCHEDULE_DELAY", "50"), ("OTEL_METRIC_EXPORT_INTERVAL", "100"),
    ];

    public string Traces => Of("/v1/traces");

    public string Metrics => Of("/v1/metrics");

    public string Logs => Of("/v1/logs");

    public string All => string.Join('\n', received.Select(one => one.Text));

    /// <summary>Waits until this text has arrived.</summary>
    public async Task UntilAsync(string text)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!All.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(limit.IsCancellationRequested, $"«{text}» did not arrive at the collector.");
            await Task.Delay(20);
        }
    }

    /// <summary>Answers what has hung.</summary>
    public void Release() => released.TrySetResult();

    public void Dispose()
    {
        Release();
        ((IDisposable)server).Dispose();
    }

    private string Of(string path) => string.Join('\n', received.Where(one => one.Path == path).Select(one => one.Text));

    private async Task TakeAsync(HttpContext context)
    {
        await using var body = context.Request.Headers.ContentEncoding == "gzip"
            ? new GZipStream(context.Request.Body, CompressionMode.Decompress)
            : context.Request.Body;
        using var reader = new StreamReader(body, Encoding.Latin1);
        received.Enqueue((context.Request.Path, await reader.ReadToEndAsync()));
        if (Hangs)
            await released.Task;
        context.Response.ContentType = "application/x-protobuf";
        context.Response.StatusCode = Refuses ? 503 : 200;
        if (GrpcStatus is { } status)
            context.Response.Headers["grpc-status"] = status;
    }
}
