using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Starting;

/// <summary>
/// The whole service a second time, for a moment: its database is in memory, its Finnet a fixed text, it logs nothing and listens nowhere, and its keys are random. What it is
/// asked leaves compiled code and loaded types to the first, and nothing else (docs/decisions/0018).
/// </summary>
internal static class Rehearsal
{
    private const string Reference = "rehearsal-0001";
    private const string Merchant = "rehearsal";

    public static async Task PlayAsync()
    {
        var key = RandomNumberGenerator.GetHexString(32);
        await using var app = Build(key);
        var play = Pipeline(app);
        var create = $$$"""{"partnerReferenceNo":"{{{Reference}}}","phoneNo":"081200000000","personalData":{"kkNumber":"0000000000000000","biologicalMotherName":"-","nationality":"WNI"}}""";
        await ExpectAsync(201, "POST", "/v1/account-upgrades", key, create);
        await ExpectAsync(200, "POST", "/callbacks/finnet/kyc", null,
            $$"""{"kycResponse":"KYC Approved","kycMessage":"","partnerReferenceNo":"{{Reference}}","phoneNo":"6281200000000","merchantId":"{{Merchant}}"}""");
        await ExpectAsync(200, "GET", $"/v1/account-upgrades/{Reference}", key, null);
        await ExpectAsync(200, "GET", "/v1/account-upgrades", key, null);
        await ExpectAsync(400, "POST", "/v1/account-upgrades", key, """{"phoneNo":"-"}""");
        await ExpectAsync(401, "GET", $"/v1/account-upgrades/{Reference}", null, null);
        await ExpectAsync(404, "GET", "/v1/account-upgrades/rehearsal-0002", key, null);
        await ExpectAsync(200, "GET", "/health/ready", null, null);

        async Task ExpectAsync(int status, string method, string path, string? apiKey, string? json)
        {
            await using var scope = app.Services.CreateAsyncScope();
            var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
            (context.Request.Method, context.Request.Path, context.Request.Scheme, context.Request.Host) = (method, path, "http", new HostString("localhost"));
            (context.Response.Body, context.Request.Headers[ApiKeys.HeaderName]) = (new MemoryStream(), apiKey);
            if (json is not null)
            {
                var body = Encoding.UTF8.GetBytes(json);
                (context.Request.Body, context.Request.ContentLength, context.Request.ContentType) = (new MemoryStream(body), body.Length, "application/json");
            }

            await play(context);
            if (context.Response.StatusCode != status)
                throw new InvalidOperationException($"{method} {path} was answered with {context.Response.StatusCode} instead of {status}.");
        }
    }

    private static WebApplication Build(string key)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(Rehearsal).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(Settings(key));
        builder.AddLinkage();
        builder.Logging.ClearProviders();
        // Needed to be built, and never started.
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IDatabase>(_ => SqliteDatabase.OpenInMemory(TimeProvider.System));
        builder.Services.AddHttpClient(nameof(FinnetClient)).UseSocketsHttpHandler((handler, _) => handler.ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new RehearsedAnswer()));
        return builder.Build();
    }

    private static RequestDelegate Pipeline(WebApplication app)
    {
        app.UseLinkage();
        // What the host would add when it starts.
        app.UseEndpoints(_ => { });
        return ((IApplicationBuilder)app).Build();
    }

    private static Dictionary<string, string?> Settings(string key) => new(StringComparer.Ordinal)
    {
        ["Finnet:Environment"] = "Development",
        ["Finnet:BaseUrl"] = "http://localhost",
        ["Finnet:MerchantId"] = Merchant,
        ["Finnet:MerchantPassword"] = RandomNumberGenerator.GetHexString(16),
        ["Finnet:EncryptionKey"] = RandomNumberGenerator.GetHexString(16),
        ["Finnet:EncryptionIv"] = RandomNumberGenerator.GetHexString(16),
        ["Notifications:Authentication:0"] = "None",
        ["Storage:Encryption:Keys:0:Id"] = Merchant,
        ["Storage:Encryption:Keys:0:Key"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        ["Storage:Encryption:LookupKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        ["ApiKeys:0:Name"] = Merchant,
        ["ApiKeys:0:Sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))),
        ["ApiKeys:0:Role"] = "ops",
        ["Swagger:Enabled"] = "false",
    };
}
