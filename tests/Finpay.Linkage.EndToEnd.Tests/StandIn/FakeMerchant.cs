using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary>A merchant's callback on a free port of this machine.</summary>
internal sealed class FakeMerchant : IAsyncDisposable
{
    public const string Processed = """{"responseCode":"2000000","responseMessage":"Request has been processed successfully"}""";

    private readonly WebApplication app;

    private FakeMerchant(WebApplication app) => this.app = app;

    public ConcurrentQueue<JsonObject> Received { get; } = new();

    public string? ContentType { get; private set; }

    public int Status { get; set; } = 200;

    public string Answer { get; set; } = Processed;

    /// <summary>Runs between the arrival and the answer.</summary>
    public Func<Task> BeforeAnswer { get; set; } = () => Task.CompletedTask;

    public Uri CallbackUrl => new($"{app.Urls.First()}/callbacks/finnet/kyc");

    public static async Task<FakeMerchant> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        var merchant = new FakeMerchant(builder.Build());
        merchant.app.Urls.Add("http://127.0.0.1:0");
        merchant.app.MapPost("/callbacks/finnet/kyc", merchant.ReceiveAsync);
        await merchant.app.StartAsync();
        return merchant;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext http)
    {
        ContentType = http.Request.ContentType;
        Received.Enqueue((await JsonNode.ParseAsync(http.Request.Body))!.AsObject());
        await BeforeAnswer();
        http.Response.StatusCode = Status;
        await http.Response.WriteAsync(Answer);
    }
}
