using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Finpay.Linkage.Sandbox.Notifications;
using Finpay.Linkage.Sandbox.Snap;
using Finpay.Linkage.Sandbox.StandIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

internal sealed record Answer(HttpStatusCode Status, string Code, string Message, string? WidgetUrl, string? ExpiryTime);

/// <summary>The stand-in on a free port, with its merchant and a clock that a test moves.</summary>
internal sealed class RunningStandIn : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly bool ownsFolder;

    private RunningStandIn(WebApplication app, FakeMerchant merchant, string folder, bool ownsFolder)
    {
        (this.app, Merchant, Folder, this.ownsFolder) = (app, merchant, folder, ownsFolder);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
        {
            BaseAddress = new Uri(
            app.Address())
        };
    }

    public HttpClient Client { get; }

    public FakeMerchant Merchant { get; }

    public string Folder { get; }

    public static async Task<RunningStandIn> StartAsync(
        TimeProvider? time = null, string? folder = null, SnapMerchant? snap = null, string? key = null)
    {
        var data = folder ?? Directory.CreateTempSubdirectory("stand-in-").FullName;
        var options = new StandInOptions(data) { Url = "http://127.0.0.1:0", Snap = snap, RequiredKey = key };
        var built = StandInApp.Build(options, time ?? new FrozenTime());
        await built.StartAsync();
        var merchant = await FakeMerchant.StartAsync();
        built.Register(merchant.CallbackUrl);
        return new RunningStandIn(built, merchant, data, folder is null);
    }

    public Task<HttpResponseMessage> PostAsync(byte[] body, string contentType = "application/json")
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return Client.PostAsync("/api/v1.0/upgrade-account-widget", content);
    }

    public async Task<Answer> AskAsync(byte[] body, string contentType = "application/json")
    {
        using var response = await PostAsync(body, contentType);
        return await ReadAsync(response);
    }

    public async Task<Answer> AskAsync(SnapRequest request)
    {
        using var message = request.Build();
        using var response = await Client.SendAsync(message);
        return await ReadAsync(response);
    }

    public Task<Answer> AskAsync(string body) => AskAsync(WidgetBody.Bytes(body));

    public Task<Answer> AskForAsync(string phone, string reference = "202411011441000012") =>
        AskAsync(WidgetBody.Of(phone, reference));

    public async Task AdvanceAsync(double seconds)
    {
        using var response = await Client.PostAsJsonAsync("/sandbox/clock", new { advanceSeconds = seconds });
        response.EnsureSuccessStatusCode();
    }

    public async Task<HttpResponseMessage> DecideAsync(string verb, string widgetUrl, string? reason = null)
    {
        var fields = System.Web.HttpUtility.ParseQueryString(new Uri(widgetUrl).Query);
        using var form = new FormUrlEncodedContent(
            [new("phone", fields["phone"]!), new("uuid", fields["uuid"]!), new("reason", reason ?? "")]);
        var response = await Client.PostAsync($"/widget/prem/{verb}", form);
        await SettleAsync();
        return response;
    }

    /// <summary>Completes when no notification is being sent.</summary>
    public Task SettleAsync() => app.Services.GetRequiredService<NotificationSender>().IdleAsync();

    public async Task<JsonArray> ListAsync(string what) => (await Client.GetFromJsonAsync<JsonArray>($"/sandbox/{what}"))!;

    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
        await Merchant.DisposeAsync();
        if (ownsFolder)
            Directory.Delete(Folder, recursive: true);
    }

    private static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var json = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        return new Answer(
            response.StatusCode, (string)json["responseCode"]!, (string)json["responseMessage"]!, (string?)json["widgetUrl"],
            (string?)json["expiryTime"]);
    }
}
