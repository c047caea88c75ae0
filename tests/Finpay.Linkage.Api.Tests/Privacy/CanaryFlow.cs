using System.Text;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Privacy;
using Finpay.Linkage.Api.Tests.Browser;
using Finpay.Linkage.Api.Tests.Events;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Privacy;

/// <summary>
/// Success and every failure that callers, Finnet, operators and a broken database can cause, with the planted
/// values in every place where they may come in.
/// </summary>
/// <param name="host">On a real server.</param>
/// <param name="execute">A statement beside the service.</param>
/// <param name="breakStore">Statements after which nothing can be written.</param>
internal sealed class CanaryFlow(ApiHost host, Action<string> execute, string breakStore)
{
    private static readonly string Body = Samples.Documented
        .Replace("6281295288912", Canary.SentPhone, StringComparison.Ordinal)
        .Replace(Samples.RedirectUrl, Canary.RedirectUrl, StringComparison.Ordinal)
        .Replace(Samples.Jpeg, "data:image/jpeg;base64," + Convert.ToBase64String(Canary.Image), StringComparison.Ordinal)
        .Replace(Samples.FamilyCard, Canary.FamilyCard, StringComparison.Ordinal)
        .Replace(Samples.MotherName, Canary.MotherName, StringComparison.Ordinal)
        .Replace(Samples.Email, Canary.Email, StringComparison.Ordinal);

    private readonly List<Answer> answers = [];

    /// <summary>The tokens that pages were given.</summary>
    public IList<string> Tokens { get; } = [];

    /// <returns>All answers.</returns>
    public async Task<IReadOnlyList<Answer>> RunAsync()
    {
        await CreateAsync();
        await RefuseAsync();
        await NotifyAsync();
        await FollowAsync();
        await OperateAsync();
        await BreakConnectionsAsync();
        await FailInsideAsync();
        return answers;
    }

    private async Task CreateAsync()
    {
        host.Finnet.Answers(
            200,
            $$"""{"responseCode":"2007300","responseMessage":"Successful","acc"""
            + $$"""essToken":"{{Canary.AccessToken}}","tokenType":"Bearer","expiresIn":"900"}""")
            .Issues(Canary.WidgetUrl);
        await AddAsync(host.Merchant.CreateAsync(Body));
        await AddAsync(host.Merchant.CreateAsync(Body));
        await AddAsync(host.Other.CreateAsync(Body));
        await AddAsync(host.Merchant.CreateAsync(Body.Replace("\"ID\"", "\"WNA\"", StringComparison.Ordinal)));
        host.Finnet.Answers("4000001", Canary.WordsOfFinnet).Answers("5000000", Canary.WordsOfFinnet).BreaksAfterSending()
            .Answers("4090001", Canary.WordsOfFinnet)
            .Answers("2000002", Canary.WordsOfFinnet).Answers("2020000", Canary.WordsOfFinnet).Answers(200, $"<html>{Canary.WordsOfFinnet}")
            .Issues(Canary.WidgetUrl.Replace("https", "http", StringComparison.Ordinal))
            .RefusesConnection().RefusesConnection().RefusesConnection();
        // Approved is the answer to another owner, so that it does not settle the others.
        for (var call = 0; call < 9; call++)
            await AddAsync((call == 4 ? host.Other : host.Merchant).CreateAsync(Of($"reference-{call}")));
        // The token is refused, and then Finnet issues no new one.
        host.Finnet.Answers("4010001", Canary.WordsOfFinnet).Answers("4017300", Canary.WordsOfFinnet);
        await AddAsync(host.Merchant.CreateAsync(Of("reference-10")));
        host.Finnet.Answers(
            200,
            $$"""{"responseCode":"2007300","responseMessage":"Successful","acc"""
            + $$"""essToken":"{{Canary.AccessToken}}","tokenType":"Bearer","expiresIn":"900"}""");
        var held = host.Finnet.Holds();
        using var gone = new CancellationTokenSource();
        // Large enough to count as a body with images.
        using var content = new StringContent(Of("reference-11") + new string(' ', 100_000), Encoding.UTF8, "application/json");
        var calling = host.Merchant.PostAsync(new Uri("/v1/account-upgrades", UriKind.Relative), content, gone.Token);
        await held.Arrived.Task;
        await AddAsync(host.Merchant.CreateAsync(Of("reference-11")));
        await AddAsync(host.Merchant.CreateAsync(Of("reference-12") + new string(' ', 2_800_000)));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
        held.Issues();
        while (await host.StatusOfAsync("reference-11") != "widgetIssued")
            await Task.Yield();
    }

    private async Task RefuseAsync()
    {
        await AddAsync(
            host.Merchant.CreateAsync(Of("reference-20").Replace("\"isEditable\": false", "\"isEditable\": 7", StringComparison.Ordinal)));
        await AddAsync(
            host.Merchant.CreateAsync(Of("reference-20").Replace("\"nationality\"", "\"biologicalMotherName\"", StringComparison.Ordinal)));
        await AddAsync(host.Merchant.CreateAsync(Of("reference-20").Replace("/9j/", "/8j/", StringComparison.Ordinal)
            .Replace(Canary.FamilyCard, Canary.FamilyCard + "1", StringComparison.Ordinal)
            .Replace("@", " at ", StringComparison.Ordinal).Replace(Canary.SentPhone, Canary.SentPhone + "000", StringComparison.Ordinal)
            .Replace("https://shop", "https://planted:pass@shop", StringComparison.Ordinal)));
        await AddAsync(host.Merchant.CreateAsync(Body[..^30]));
        await AddAsync(host.Merchant.CreateAsync($$"""{"{{Canary.SentPhone}}":{"{{Canary.MotherName}}":"""));
        await AddAsync(host.Merchant.CreateAsync(Body + new string(' ', 4_000_000)));
        await AddAsync(host.Merchant.SendBytesAsync(
            HttpMethod.Post, "/v1/account-upgrades", Encoding.UTF8.GetBytes(Body), $"text/plain; phone={Canary.SentPhone}"));
        await AddAsync(host.Client(Canary.WrongKey).CreateAsync(Body));
        await AddAsync(host.Merchant.GetAnswerAsync($"/v1/account-upgrades?status={Canary.SentPhone}"));
        await AddAsync(host.Other.GetAnswerAsync($"/v1/account-upgrades/{Calls.Reference}"));
        await AddAsync(host.Merchant.GetAnswerAsync($"/nothing/{Canary.SentPhone}?phone={Canary.SentPhone}"));
        await AddAsync(host.Merchant.SendBytesAsync(HttpMethod.Delete, $"/v1/account-upgrades/{Canary.SentPhone}", [], contentType: null));
        answers.AddRange(await Task.WhenAll(
            Enumerable.Range(0, 400).Select(_ => host.Other.GetAnswerAsync($"/v1/account-upgrades/{Canary.SentPhone}"))));
    }

    private async Task NotifyAsync()
    {
        foreach (var token in new[] { TestSettings.PathToken, Canary.SecondToken })
            await AddAsync(host.CallbackAsync(Notification("KYC Rejected"), token));
        await AddAsync(host.CallbackAsync(Notification("KYC Approved", "unknown-reference")));
        await AddAsync(host.CallbackAsync(Notification(Canary.KycMessage)));
        await AddAsync(
            host.CallbackAsync(Notification("KYC Approved").Replace(TestSettings.MerchantId, "OTHER", StringComparison.Ordinal)));
        await AddAsync(
            host.CallbackAsync(Notification("KYC Approved").Replace(Canary.SentPhone, Canary.SentPhone + "1", StringComparison.Ordinal)));
        await AddAsync(host.CallbackAsync($$"""{"phoneNo":"{{Canary.SentPhone}}","kycMessage":["{{Canary.KycMessage}}"]}"""));
        await AddAsync(host.CallbackAsync(
            Notification("KYC Approved").Replace("\"KYC Approved\"", $"[\"{Canary.KycMessage}\"]", StringComparison.Ordinal)));
        await AddAsync(host.CallbackAsync($$"""{"phoneNo":"{{Canary.SentPhone}}","kycMessage":"{{Canary.KycMessage}}"}"""));
        await AddAsync(host.CallbackAsync($"phone {Canary.SentPhone}, {Canary.KycMessage}"));
        await AddAsync(host.CallbackAsync(Notification("KYC Approved") + new string(' ', 70_000)));
        await AddAsync(host.Anonymous.SendBytesAsync(
            HttpMethod.Post, Calls.CallbackPath(), Encoding.UTF8.GetBytes("kycMessage=" + Canary.KycMessage),
            "application/x-www-form-urlencoded"));
        await AddAsync(host.Anonymous.GetAnswerAsync($"{Calls.CallbackPath()}?phone={Canary.SentPhone}"));
        await AddAsync(host.Anonymous.SendJsonAsync(HttpMethod.Post, $"{Calls.CallbackPath()}/more", Notification("KYC Approved")));
        await AddAsync(host.CallbackAsync(Notification("KYC Approved"), token: null));
        for (var time = 0; time < 70; time++)
            await AddAsync(host.CallbackAsync(Notification("KYC Approved"), Canary.WrongToken));
    }

    private async Task FollowAsync()
    {
        Tokens.Add(await host.TokenAsync());
        Tokens.Add(await host.TokenAsync("reference-11"));
        using var page = await Page.OpenAsync(host.Anonymous, Tokens[1]);
        Assert.Equal("widgetIssued", (await page.NextEventAsync())!["status"]);
        foreach (var path in new[] { Page.Status, $"{Page.Events}?token={Tokens[0]}" })
            await AddAsync(host.AskAsync(Tokens[0], path, ("Last-Event-ID", Canary.SentPhone), ("Origin", $"https://{Canary.SentPhone}")));
        await AddAsync(host.AskAsync(Tokens[1], Page.Events));
        await AddAsync(host.AskAsync(Canary.WrongToken, $"{Page.Status}?token={Tokens[0]}&phone={Canary.SentPhone}"));
        await AddAsync(host.AskAsync(null, $"/browser/v1/{Tokens[0]}"));
    }

    private async Task OperateAsync()
    {
        await AddAsync(host.Merchant.GetAnswerAsync($"/v1/account-upgrades/{Calls.Reference}"));
        await AddAsync(host.Ops.GetAnswerAsync("/v1/account-upgrades?limit=3"));
        await AddAsync(host.Ops.GetAnswerAsync($"/v1/account-upgrades?status={Canary.SentPhone}&cursor={Canary.SentPhone}"));
        await AddAsync(host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/account-upgrades/search", $$"""{"phoneNo":"{{Canary.Phone}}"}"""));
        await AddAsync(host.Ops.SendJsonAsync(
            HttpMethod.Post, "/v1/account-upgrades/search", $$"""{"phoneNo":"{{Canary.FamilyCard}}","cursor":"{{Canary.SentPhone}}"}"""));
        var id = (await host.NotificationsAsync())[0].GetProperty("id").GetString();
        await AddAsync(host.Ops.GetAnswerAsync($"/v1/kyc-notifications/{id}"));
        await ApplyAsync();
        await AddAsync(host.Ops.SendBytesAsync(HttpMethod.Post, "/v1/account-upgrades/reference-1/redact", [], contentType: null));
        // Its record is redacted now.
        await ApplyAsync();
        await AddAsync(host.Merchant.CreateAsync(Of("reference-1")));
        await AddAsync(host.CallbackAsync(Notification("KYC Approved", "reference-1")));
        await AddAsync(host.Ops.GetAnswerAsync("/v1/audit"));
        await AddAsync(host.Ops.GetAnswerAsync("/v1/stats"));
        await AddAsync(host.Ops.GetAnswerAsync($"/v1/stats?from={Canary.SentPhone}&bucket={Canary.SentPhone}"));
        await TellAsync();
        await AddAsync(host.Ops.GetAnswerAsync("/health/ready"));

        Task ApplyAsync() => AddAsync(host.Ops.SendJsonAsync(
            HttpMethod.Post, $"/v1/kyc-notifications/{id}/apply",
            $$"""{"partnerReferenceNo":"reference-1","outcome":"approved","reason":"{{Canary.KycMessage}}"}"""));
    }

    private async Task TellAsync()
    {
        var told = (await host.UntilStateAsync("pending", "?type=account_upgrade.rejected")).GetProperty("id").GetString();
        await AddAsync(host.Ops.GetAnswerAsync("/v1/events"));
        await AddAsync(host.Ops.GetAnswerAsync($"/v1/events?state={Canary.SentPhone}&type={Canary.SentPhone}"));
        await AddAsync(host.Ops.GetAnswerAsync($"/v1/events/{told}"));
        await AddAsync(host.Ops.GetAnswerAsync($"/v1/events/{Canary.SentPhone}"));
        await AddAsync(host.Ops.SendBytesAsync(HttpMethod.Post, $"/v1/events/{told}/redeliver", [], contentType: null));
        foreach (var reference in new[] { Canary.SentPhone, Calls.Reference })
            await AddAsync(host.Ops.SendBytesAsync(HttpMethod.Post, $"/v1/account-upgrades/{reference}/ask-again", [], contentType: null));
        await AddAsync(host.Ops.SendJsonAsync(
            HttpMethod.Post, "/v1/account-upgrades/ask-again", $$"""{"createdFrom":"{{Canary.SentPhone}}"}"""));
        foreach (var endpoint in new[] { Canary.SentPhone, "shop" })
            await AddAsync(host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/events/test", $$"""{"endpoint":"{{endpoint}}"}"""));
    }

    /// <summary>Errors that only a real server finds and words itself.</summary>
    private async Task BreakConnectionsAsync()
    {
        var callback = Calls.CallbackPath();
        var trailers = "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nA: " + new string('x', 40_000) + "\r\n\r\n";
        answers.AddRange(await Task.WhenAll(
            RawAsync($"POST /v1/account-upgrades HTTP/1.1\r\nContent-Length: 100\r\n\r\n{{\"phoneNo\":\"{Canary.SentPhone}"),
            RawAsync($"POST {callback} HTTP/1.1\r\nContent-Length: 100\r\n\r\n{{\"phoneNo\":\"{Canary.SentPhone}"),
            RawAsync("POST /v1/account-upgrades HTTP/1.1\r\n" + trailers),
            RawAsync($"POST {callback} HTTP/1.1\r\n" + trailers),
            RawAsync($"POST {callback} HTTP/9.9\r\n\r\n"),
            RawAsync($"POST {callback}\u0001 HTTP/1.1\r\n\r\n"),
            RawAsync($"POST {callback} HTTP/1.1\r\n{Canary.WrongKey}\r\n\r\n"),
            RawAsync($"POST {callback} HTTP/1.1\r\nX-Phone: {Canary.SentPhone}\u0000\r\n\r\n"),
            RawAsync($"{Canary.WrongToken} {callback} HTTP/1.1\r\nContent-Length: 0\r\n\r\n")));
    }

    private async Task FailInsideAsync()
    {
        execute("UPDATE upgrades SET widget_url = phone_no WHERE partner_reference_no = 'reference-11'");
        await AddAsync(host.Ops.GetAnswerAsync("/v1/account-upgrades/reference-11"));
        execute("UPDATE upgrades SET status = 'unheard-of' WHERE partner_reference_no = 'reference-11'");
        await AddAsync(host.Ops.GetAnswerAsync("/v1/account-upgrades/reference-11"));
        execute(breakStore);
        await AddAsync(host.Merchant.CreateAsync(Of("reference-30")));
        await AddAsync(host.CallbackAsync(Notification("KYC Pending")));
        // It looks each second, which is often in 400 days.
        await host.Services.GetRequiredService<EventDispatcher>().StopAsync(CancellationToken.None);
        host.Clock.Advance(TimeSpan.FromDays(400));
        await host.Services.GetRequiredService<Retention>().RunAsync(CancellationToken.None);
        Assert.Contains(host.Logs.Own, line => line.Id.Id == 1205);
        await AddAsync(host.Ops.GetAnswerAsync("/health/ready"));
    }

    private static string Of(string reference) => Body.Replace(Calls.Reference, reference, StringComparison.Ordinal);

    private static string Notification(string kycResponse, string reference = Calls.Reference) =>
        Calls.Notification(kycResponse, reference, Canary.KycMessage, Canary.SentPhone);

    private async Task AddAsync(Task<Answer> answer) => answers.Add(await answer);

    private async Task<Answer> RawAsync(string request)
    {
        var address = host.Anonymous.BaseAddress!;
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        var stream = socket.GetStream();
        var line = request.IndexOf("\r\n", StringComparison.Ordinal) + 2;
        await stream.WriteAsync(
            Encoding.Latin1.GetBytes(request.Insert(
                line,
                $"Host: {address.Authority}\r\nX-Api-Key: {TestSettings.MerchantKey}\r\nContent-Type: application/json\r\n"
                + "Connection: close\r\n")));
        using var reader = new StreamReader(stream);
        var parts = (await reader.ReadToEndAsync()).Split("\r\n\r\n", 2);
        return new Answer(
            int.Parse(parts[0].AsSpan("HTTP/1.1 ".Length, 3), System.Globalization.CultureInfo.InvariantCulture), null, parts[1],
            new Dictionary<string, string> { ["all"] = parts[0] });
    }
}
