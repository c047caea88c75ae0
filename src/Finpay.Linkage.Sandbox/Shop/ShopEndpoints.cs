using System.Text.Json;
using System.Text.Json.Nodes;
using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.StandIn;
using Finpay.Linkage.Sandbox.Widget;

namespace Finpay.Linkage.Sandbox.Shop;

/// <summary>A merchant's web shop: the pages and the small server behind them.</summary>
internal static class ShopEndpoints
{
    private static readonly string[] FromCustomer = ["phoneNo", "images", "personalData"];

    public static void AddShop(this IServiceCollection services, StandInOptions options)
    {
        services.AddSingleton<ShopApi>().AddSingleton<ShopEvents>();
        services.AddSingleton(provider => new ShopOrders(
            Path.Combine(options.DataFolder, "shop"), provider.GetRequiredService<SandboxClock>().Inner));
        services.AddHttpClient(ShopApi.ClientName, client => client.Timeout = TimeSpan.FromMinutes(1))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
            .RemoveAllLoggers();
    }

    public static void MapShop(this RouteGroupBuilder group)
    {
        // The result page loads the API's module, and follows the order there.
        group.AddEndpointFilter((context, next) => WebPage.ProtectAsync(
            context, next, WebPage.PolicyWith(context.HttpContext.RequestServices.GetRequiredService<ShopApi>().Connection?.ApiUrl)));
        group.MapGet("", ShopPages.Form);
        group.MapGet("/result", ShowResultAsync);
        foreach (var file in ShopPages.Files)
            group.MapGet($"/{file}", () => ShopPages.File(file));

        group.MapPost("/api/orders", CreateAsync);
        group.MapGet("/api/orders/{id}", ReadAsync);
        group.MapGet("/api/orders/{id}/news", NewsAsync);
        group.MapPost("/api/orders/{id}/token", IssueTokenAsync);
        group.MapPost("/api/orders/{id}/repeat", RepeatAsync);
        group.MapPost("/api/orders/{id}/again", StartAgainAsync);
        group.MapPost("/events", (HttpRequest http, ShopEvents events) => events.TakeAsync(http));
    }

    private static async Task<IResult> CreateAsync(HttpRequest http, ShopOrders orders, ShopApi api)
    {
        // Requiring JSON also stops forms of other sites: a browser asks first before it sends JSON to another origin.
        if (!http.HasJsonContentType())
            return TypedResults.StatusCode(StatusCodes.Status415UnsupportedMediaType);

        try
        {
            if (await JsonNode.ParseAsync(http.Body, cancellationToken: http.HttpContext.RequestAborted) is not JsonObject given)
                return Unreadable();

            var content = new JsonObject();
            foreach (var name in FromCustomer.Where(name => given[name] is not null))
                content[name] = given[name]!.DeepClone();

            Decide(content);

            // Half a surrogate pair can be parsed, but not written.
            _ = content.ToJsonString();
            return await AskAsync(http, content, orders, api);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return Unreadable();
        }
    }

    /// <summary>Which photos may be taken again in the widget is the shop's decision, not its customer's.</summary>
    private static void Decide(JsonObject content)
    {
        foreach (var (name, editable) in new[] { ("ktp", false), ("selfie", true) })
        {
            if (content["images"]?[name] is JsonObject photo)
                photo["isEditable"] = editable;
        }
    }

    private static IResult Unreadable() => TypedResults.BadRequest(new { problem = "malformed-request" });

    private static async Task<IResult> ReadAsync(string id, ShopOrders orders, ShopApi api)
    {
        if (orders.Find(id) is not { } order)
            return TypedResults.NotFound();

        var answer = await api.ReadAsync(order.Reference);
        return answer.IsSuccess ? TypedResults.Ok(View(answer, order, orders)) : Problem(answer, order);
    }

    private static async Task<IResult> ShowResultAsync(HttpRequest http, string? order, ShopOrders orders, ShopApi api)
    {
        if (orders.Find(order ?? "") is not { } found)
            return ShopPages.Result(http, new OrderView("unknown"));

        var answer = await api.ReadAsync(found.Reference);
        return ShopPages.Result(http, answer.IsSuccess ? View(answer, found, orders) : new OrderView("loading"));
    }

    private static OrderView View(ShopAnswer answer, ShopOrder order, ShopOrders orders)
    {
        var view = OrderView.Of(answer.Body);
        if (view.State is "approved" or "rejected")
            orders.Forget(order);

        return view;
    }

    /// <summary>The shop decides which order its customer may follow; the page never names a reference.</summary>
    private static async Task<IResult> IssueTokenAsync(HttpRequest http, string id, ShopOrders orders, ShopApi api)
    {
        if (orders.Find(id) is not { } order || api.Connection is not { } target)
            return TypedResults.NotFound();

        http.HttpContext.Response.Headers.CacheControl = "no-store";
        var answer = await api.IssueTokenAsync(order.Reference);
        return answer.IsSuccess
            ? TypedResults.Ok(new
            {
                token = (string?)answer.Body["token"],
                url = new Uri(target.ApiUrl, (string?)answer.Body["eventsUrl"]),
                module = new Uri(target.ApiUrl, "/browser/v1/linkage.js"),
            })
            : Problem(answer, order);
    }

    /// <summary>Answers when the API has told the shop something: then the page reads its order again.</summary>
    private static async Task<IResult> NewsAsync(string id, long? seen, ShopOrders orders, ShopEvents events, HttpContext http) =>
        orders.Find(id) is null
            ? TypedResults.NotFound()
            : TypedResults.Ok(new { seen = await events.NewsAsync(seen, http.RequestAborted) });

    /// <summary>Repeats the call with the same reference and content, which settles a create that is in doubt.</summary>
    private static async Task<IResult> RepeatAsync(string id, ShopOrders orders, ShopApi api)
    {
        if (orders.Find(id) is not { } order)
            return TypedResults.NotFound();

        // An order without content has a result already; the page reads it.
        return order.Request is null ? TypedResults.Ok(new { order = order.Id }) : Answer(await api.CreateAsync(order.Request), order);
    }

    /// <summary>A new order with a new reference and the same content.</summary>
    private static async Task<IResult> StartAgainAsync(HttpRequest http, string id, ShopOrders orders, ShopApi api) =>
        orders.Find(id) is not { } order ? TypedResults.NotFound()
        : order.Request is null ? TypedResults.Ok(new { order = order.Id })
        : await AskAsync(http, order.Request, orders, api);

    private static async Task<IResult> AskAsync(HttpRequest http, JsonObject content, ShopOrders orders, ShopApi api)
    {
        var order = orders.Add(content, id => $"{http.Scheme}://{http.Host}/shop/result?order={id}");
        var answer = await api.CreateAsync(order.Request!);
        if (answer.Status is 400 or 413)
        {
            orders.Remove(order);
            return Problem(answer, order: null);
        }

        return Answer(answer, order);
    }

    private static IResult Answer(ShopAnswer answer, ShopOrder order) => answer.IsSuccess
        ? TypedResults.Ok(new { order = order.Id, widgetUrl = (string?)answer.Body["widgetUrl"] })
        : Problem(answer, order);

    private static IResult Problem(ShopAnswer answer, ShopOrder? order) => TypedResults.Json(
        new { problem = answer.Problem, errors = answer.Body["errors"], order = order?.Id, order?.Reference, time = order?.CreatedAt },
        statusCode: answer.Status);
}
