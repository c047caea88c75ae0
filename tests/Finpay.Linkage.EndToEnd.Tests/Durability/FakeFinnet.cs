using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>A request for a widget as Finnet saw it.</summary>
internal sealed record Ask(string Reference, DateTimeOffset At)
{
    /// <summary>The answer; null if the caller disconnected before.</summary>
    public string? Code { get; set; }
}

/// <summary>A Finnet that only knows references: the first answer with a widget uses one up.</summary>
internal sealed class FakeFinnet : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, bool> issued = new();
    private readonly ConcurrentQueue<Ask> asks = new();

    private FakeFinnet(WebApplication app) => this.app = app;

    public Uri Url => new(app.Urls.First());

    public Counter Asked { get; } = new();

    /// <summary>It answers when this ends.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    /// <summary>Answers that went out, whether or not they arrived.</summary>
    public Counter Answered { get; } = new();

    public IReadOnlyCollection<Ask> Asks => asks;

    public static async Task<FakeFinnet> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        var finnet = new FakeFinnet(builder.Build());
        finnet.app.Urls.Add("http://127.0.0.1:0");
        finnet.app.MapPost("/api/v1.0/upgrade-account-widget", finnet.AnswerAsync);
        await finnet.app.StartAsync();
        return finnet;
    }

    public static string WidgetUrl(Uri finnet, string reference) => $"{finnet}widget/prem?uuid={reference}";

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var reference = (string)(await JsonNode.ParseAsync(http.Request.Body))!["partnerReferenceNo"]!;
        var ask = new Ask(reference, DateTimeOffset.UtcNow);
        asks.Enqueue(ask);
        Asked.Increment();
        await Hold.WaitAsync(http.RequestAborted);
        // Before and after the reference is used up, so that a kill meets both.
        await Task.Delay(Random.Shared.Next(12), http.RequestAborted);
        var isNew = issued.TryAdd(reference, true);
        await Task.Delay(Random.Shared.Next(12), http.RequestAborted);
        ask.Code = isNew ? "2000000" : "4090001";
        http.Response.StatusCode = isNew ? 200 : 409;
        await http.Response.WriteAsJsonAsync(new
        {
            responseCode = ask.Code,
            responseMessage = isNew ? "Request has been processed successfully" : "Duplicate partnerReferenceNo",
            widgetUrl = isNew ? WidgetUrl(Url, reference) : null,
            expiryTime = isNew
                ? DateTimeOffset.UtcNow.ToOffset(TimeSpan.FromHours(7)).AddDays(1)
                    .ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
                : null,
        });
        await http.Response.CompleteAsync();
        Answered.Increment();
    }
}
