using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Tests.Documentation;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>
/// Every place where a caller's text comes in, by name («kind place»), with a harmless text that is taken
/// there. <see cref="FindAsync(ApiHost)"/> reads the same names from the code, so that a new field, parameter
/// or header that is not in the table fails a test.
/// </summary>
internal static partial class StringInputs
{
    private const string Upgrades = "/v1/account-upgrades";
    private const string Inbox = "/v1/kyc-notifications";

    public static readonly IReadOnlyDictionary<string, string> Harmless = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["create partnerReferenceNo"] = "harmless-reference",
        ["create phoneNo"] = Calls.Phone,
        ["create merchantId"] = TestSettings.MerchantId,
        ["create redirectFinalUrl"] = Samples.RedirectUrl,
        ["create images.ktp.base64"] = Samples.Jpeg,
        ["create images.selfie.base64"] = Samples.Png,
        ["create personalData.kkNumber"] = Samples.FamilyCard,
        ["create personalData.biologicalMotherName"] = Samples.MotherName,
        ["create personalData.nationality"] = "WNA",
        ["create personalData.email"] = Samples.Email,
        ["callback kycResponse"] = "KYC Approved",
        ["callback kycMessage"] = "because",
        ["callback kysMessage"] = "because",
        ["callback partnerReferenceNo"] = "harmless-reference",
        ["callback phoneNo"] = Calls.SentPhone,
        ["callback merchantId"] = TestSettings.MerchantId,
        ["apply partnerReferenceNo"] = "",
        ["apply outcome"] = "approved",
        ["apply reason"] = "Finnet confirmed it",
        ["search phoneNo"] = Calls.Phone,
        ["search cursor"] = "",
        ["search merchant"] = "default",
        [$"query {Upgrades} status"] = "approved",
        [$"query {Upgrades} overdue"] = "true",
        [$"query {Upgrades} askedFor"] = "reference-1",
        [$"query {Upgrades} merchant"] = "default",
        [$"query {Upgrades} createdFrom"] = "2026-11-21T08:00:00Z",
        [$"query {Upgrades} createdTo"] = "2026-11-21T08:00:00Z",
        [$"query {Upgrades} limit"] = "10",
        [$"query {Upgrades} cursor"] = "",
        [$"query {Inbox} disposition"] = "applied",
        [$"query {Inbox} partnerReferenceNo"] = "harmless-reference",
        [$"query {Inbox} merchant"] = "default",
        [$"query {Inbox} limit"] = "10",
        [$"query {Inbox} cursor"] = "",
        ["redeliver endpoint"] = "shop",
        ["redeliver state"] = "dead",
        ["redeliver createdFrom"] = "2026-11-21T08:00:00Z",
        ["redeliver createdTo"] = "2026-11-21T08:00:00Z",
        ["ask merchant"] = "default",
        ["ask createdFrom"] = "2026-11-21T08:00:00Z",
        ["ask createdTo"] = "2026-11-21T08:00:00Z",
        ["test endpoint"] = "shop",
        ["query /v1/events state"] = "dead",
        ["query /v1/events type"] = "account_upgrade.approved",
        ["query /v1/events endpoint"] = "shop",
        ["query /v1/events partnerReferenceNo"] = "harmless-reference",
        ["query /v1/events merchant"] = "default",
        ["query /v1/events limit"] = "10",
        ["query /v1/events cursor"] = "",
        ["query /v1/stats from"] = "2026-02-21T08:00:00Z",
        ["query /v1/stats to"] = "2026-02-22T08:00:00Z",
        ["query /v1/stats bucket"] = "hour",
        ["query /v1/stats merchant"] = "default",
        ["query /v1/audit partnerReferenceNo"] = "harmless-reference",
        ["query /v1/audit merchant"] = "default",
        ["query /v1/audit limit"] = "10",
        ["query /v1/audit cursor"] = "",
        ["route GET /v1/account-upgrades/{partnerReferenceNo}"] = Calls.Reference,
        ["route POST /v1/account-upgrades/{partnerReferenceNo}/browser-token"] = Calls.Reference,
        ["route POST /v1/account-upgrades/{partnerReferenceNo}/ask-again"] = "reference-to-ask",
        ["route POST /v1/account-upgrades/{partnerReferenceNo}/redact"] = "reference-to-redact",
        ["route GET /v1/kyc-notifications/{id}"] = "",
        ["route POST /v1/kyc-notifications/{id}/apply"] = "",
        ["route GET /v1/events/{id}"] = "",
        ["route POST /v1/events/{id}/redeliver"] = "",
        ["route POST /callbacks/finnet/kyc/{token}"] = TestSettings.PathToken,
        ["header X-Api-Key"] = TestSettings.MerchantKey,
        ["header X-EXTERNAL-ID"] = "41807553358950093184162180797837",
        ["header X-SIGNATURE"] = "AAAA",
        ["header X-TIMESTAMP"] = "2026-11-21T08:00:00+07:00",
        // Of our answers; the framework's own.
        ["header X-Accel-Buffering"] = "no",
        ["header X-Forwarded-For"] = "203.0.113.7",
        ["header X-Forwarded-Proto"] = "https",
        ["header X-Forwarded-Prefix"] = "/linkage",
        ["header Content-Type"] = "application/json",
        ["header Accept"] = "application/json",
        ["header User-Agent"] = "finnet/1.0",
        ["header Referer"] = "https://shop.example/",
        ["header Origin"] = "https://shop.example",
        ["header traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ["header tracestate"] = "a=b",
        ["header baggage"] = "a=b",
        ["header Cookie"] = "a=b",
        ["header If-None-Match"] = "\"a\"",
        ["header Authorization"] = "Bearer a",
    };

    /// <summary>Headers that only the framework or the client library reads, so that the code of the service does not name them.</summary>
    private static readonly string[] FrameworkHeaders =
        [
            "X-Forwarded-For", "X-Forwarded-Proto", "Content-Type", "Accept", "User-Agent", "Referer", "Origin", "traceparent",
            "tracestate", "baggage", "Cookie", "If-None-Match", "Authorization", "X-SIGNATURE", "X-TIMESTAMP",
        ];

    /// <summary>The names that the code has.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(ApiHost host)
    {
        var found = new List<string>();
        found.AddRange(Texts(typeof(CreateUpgradeRequest)).Select(path => "create " + path));
        found.AddRange(CallbackFields.Select(field => "callback " + field));
        found.AddRange(Texts(typeof(SearchRequest)).Select(path => "search " + path));
        found.AddRange(Texts(typeof(ApplyRequest)).Select(path => "apply " + path));
        found.AddRange(Texts(typeof(RedeliverRequest)).Select(path => "redeliver " + path));
        found.AddRange(Texts(typeof(AskAgainRequest)).Select(path => "ask " + path));
        found.AddRange(Texts(typeof(TestRequest)).Select(path => "test " + path));
        foreach (var operation in (await DescribedApi.ReadAsync(host)).Operations)
        {
            foreach (var parameter in operation.Operation.Parameters ?? [])
            {
                found.Add(parameter.In switch
                {
                    Microsoft.OpenApi.ParameterLocation.Path => $"route {operation.Method} {operation.Path}",
                    Microsoft.OpenApi.ParameterLocation.Query => $"query {operation.Path} {parameter.Name}",
                    _ => $"header {parameter.Name}",
                });
            }
        }

        found.AddRange(SourceTree.Code("Finpay.Linkage.Api").SelectMany(file => HeaderName().Matches(file.Text))
            .Select(match => "header " + match.Groups["name"].Value));
        found.AddRange(FrameworkHeaders.Select(name => "header " + name));
        return [.. found.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Finnet's fields, as the reader of notifications knows them.</summary>
    public static IReadOnlyList<string> CallbackFields { get; } =
        (string[])typeof(KycNotificationReader).GetField("Fields", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;

    /// <summary>The members of a request by their paths, in JSON's names; those that are objects before what is in them.</summary>
    public static IEnumerable<(string Path, Type Type)> Members(Type type, string before = "") => type.GetProperties()
        .SelectMany(property =>
    {
        var path = before + JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        return IsPart(property.PropertyType)
            ? Members(property.PropertyType, path + ".").Prepend((path, property.PropertyType))
            : [(path, property.PropertyType)];
    });

    private static IEnumerable<string> Texts(Type type) =>
        Members(type).Where(member => !IsPart(member.Type) && member.Type != typeof(bool?) && member.Type != typeof(int?))
            .Select(member => member.Path);

    private static bool IsPart(Type type) => type.DeclaringType == typeof(CreateUpgradeRequest);

    /// <summary>
    /// Sends <paramref name="text"/> to one place, with all else harmless; null where HTTP itself does not let it through.
    /// </summary>
    public static async Task<Answer?> SendAsync(ApiHost host, string input, string text)
    {
        var parts = input.Split(' ');
        switch (parts[0])
        {
            case "create":
                return await host.Merchant.CreateAsync(
                    With(JsonNode.Parse(Samples.Documented)!.AsObject(), parts[1], text, "partnerReferenceNo").ToJsonString());
            case "callback":
                var body = JsonNode.Parse(Calls.Notification("KYC Approved", "harmless-reference"))!.AsObject();
                body.Remove(parts[1] == "kysMessage" ? "kycMessage" : "none");
                return await host.CallbackAsync(With(body, parts[1], text).ToJsonString());
            case "search":
                return await host.Ops.SendJsonAsync(
                    HttpMethod.Post,
                    Upgrades + "/search",
                    With(new JsonObject { ["phoneNo"] = Calls.Phone }, parts[1], text).ToJsonString());
            case "apply":
                var orphan = await FindAsync(host, id: null);
                return await host.Ops.SendJsonAsync(
                    HttpMethod.Post, $"{Inbox}/{orphan.GetProperty("id").GetString()}/apply",
                    With(Application(orphan), parts[1], text).ToJsonString());
            case "redeliver":
                return await host.Ops.SendJsonAsync(
                    HttpMethod.Post, "/v1/events/redeliver",
                    With(new JsonObject { ["endpoint"] = "shop", ["state"] = "dead" }, parts[1], text).ToJsonString());
            case "test":
                return await host.Ops.SendJsonAsync(
                    HttpMethod.Post, "/v1/events/test", With([], parts[1], text).ToJsonString());
            case "query":
                return await host.Ops.GetAnswerAsync($"{parts[1]}?{parts[2]}={Uri.EscapeDataString(text)}");
            // Kestrel answers 400 to a NUL in a path, and the test server throws.
            case "route" when text.Contains('\0', StringComparison.Ordinal):
                return null;
            case "route":
                var path = RouteParameter().Replace(parts[2], Uri.EscapeDataString(text).Replace("$", "$$", StringComparison.Ordinal));
                return parts[1] == "GET" ? await host.Ops.GetAnswerAsync(path)
                    : path.EndsWith("/apply", StringComparison.Ordinal)
                    ? await host.Ops.SendJsonAsync(HttpMethod.Post, path, Application(await FindAsync(host, text)).ToJsonString())
                    : await host.Ops.SendJsonAsync(HttpMethod.Post, path, Calls.Notification("KYC Approved", "harmless-reference"));
            default:
                return await SendHeaderAsync(host, parts[1], text);
        }
    }

    /// <summary>What an operator sends for the orphan «orphan-to-apply-1»: it is meant for the record «record-to-apply-1».</summary>
    private static JsonObject Application(JsonElement orphan) => new()
    {
        ["partnerReferenceNo"] =
            orphan.GetProperty("partnerReferenceNo").GetString()!.Replace("orphan-to", "record-to", StringComparison.Ordinal),
        ["outcome"] = "approved",
        ["reason"] = "Finnet confirmed it",
    };

    private static async Task<JsonElement> FindAsync(ApiHost host, string? id) =>
        (await host.NotificationsAsync("?limit=200")).Where(one => one.TryGetProperty("partnerReferenceNo", out _))
            .OrderByDescending(one => one.GetProperty("id").GetString() == id).First();

    // On the callback route, which reads most of them, and on /v1.
    private static async Task<Answer?> SendHeaderAsync(ApiHost host, string name, string text)
    {
        Answer? last = null;
        foreach (var (method, path) in new[] { (HttpMethod.Post, Calls.CallbackPath()), (HttpMethod.Get, $"{Upgrades}/{Calls.Reference}") })
        {
            using var request = new HttpRequestMessage(method, path)
            {
                Content = new StringContent(
                Calls.Notification("KYC Approved", "harmless-reference"))
            };
            request.Content.Headers.ContentType = new("application/json");
            System.Net.Http.Headers.HttpHeaders headers = name == "Content-Type" ? request.Content.Headers : request.Headers;
            headers.Remove(name);
            if (text.AsSpan().ContainsAny('\r', '\n', '\0') || !headers.TryAddWithoutValidation(name, text))
                return null;
            last = await Answer.ReadAsync(await (name == "X-Api-Key" ? host.Anonymous : host.Merchant).SendAsync(request));
            if (last.Status >= 500)
                return last;
        }

        return last;
    }

    private static JsonObject With(JsonObject root, string path, string text, string? without = null)
    {
        if (without is not null && without != path)
            root.Remove(without);
        var names = path.Split('.');
        names[..^1].Aggregate(root, (node, name) => node[name]!.AsObject())[names[^1]] = text;
        return root;
    }

    [GeneratedRegex(
        "\"(?<name>X-[A-Za-z-]+)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HeaderName();

    [GeneratedRegex("\\{[^}]+\\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RouteParameter();
}
