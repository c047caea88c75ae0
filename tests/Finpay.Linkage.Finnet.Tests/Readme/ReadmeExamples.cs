using System.Diagnostics;
using System.Security.Cryptography;
using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Finnet.Tests.Readme;

/// <summary>Runs the examples of the package's README; <see cref="ReadmeTests"/> compares each region with its block there.</summary>
public sealed class ReadmeExamples
{
    private readonly List<string> told = [];

    [Fact]
    public async Task Register_And_Create()
    {
        using var network = new StubHandler(number => number == 1 ? Answers.Sample() : Answers.Code("2000002"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddConfiguration(FinnetHost.Configuration());

        #region Register
        builder.Services.AddFinnetClient(builder.Configuration);
        #endregion

        builder.Services.AddHttpClient(nameof(FinnetClient)).ConfigurePrimaryHttpMessageHandler(() => network);
        await using var app = builder.Build();
        var finnet = app.Services.GetRequiredService<IFinnetClient>();
        var issued = await CreateAsync(finnet, "081295288912", Requests.Reference, default);
        Assert.Equal(Answers.WidgetUrl, Assert.IsType<RedirectHttpResult>(issued).Url);
        Assert.IsType<Ok<string>>(await CreateAsync(finnet, "081295288912", Requests.Reference, default));
        Assert.IsType<BadRequest<string>>(await CreateAsync(finnet, "12345", Requests.Reference, default));
    }

    [Fact]
    public async Task Register_In_Code()
    {
        using var network = new StubHandler(_ => Answers.Sample());
        var (password, key, iv) = ("123456", "1234567890123456", "1234567890123456");
        var services = new ServiceCollection();

        #region RegisterInCode
        services.AddFinnetClient(options =>
        {
            options.Environment = FinnetEnvironment.Development;
            options.MerchantId = "AGREE170724";
            options.MerchantPassword = new Secret(password);
            options.EncryptionKey = new Secret(key);
            options.EncryptionIv = new Secret(iv);
        });
        #endregion

        services.AddHttpClient(nameof(FinnetClient)).ConfigurePrimaryHttpMessageHandler(() => network);
        await using var provider = services.BuildServiceProvider();
        Assert.True((await provider.GetRequiredService<IFinnetClient>().RequestUpgradeWidgetAsync(Requests.Minimal)).IsResult);
    }

    [Theory]
    [InlineData("5000000", "202411011441000012 in doubt: Finnet answered 5000000.")]
    [InlineData("4290000", "202411011441000012 in 60 s")]
    [InlineData("4040008", null)]
    public async Task Errors(string code, string? expected)
    {
        using var network = new StubHandler(_ => Answers.Code(code));
        await using var host = new FinnetHost(network, new ManualClock());
        await TellAsync(await host.FailAsync(), Requests.Reference);
        Assert.Equal(expected is null ? [] : [expected], told);
    }

    [Fact]
    public async Task Photos()
    {
        byte[] ktpBytes = [0xFF, 0xD8, 0xFF, 0xDA, 0, 2];
        var selfiePath = Path.GetTempFileName();
        await File.WriteAllBytesAsync(selfiePath, ktpBytes);

        #region Photos
        var images = new UpgradeImages
        {
            Ktp = new UpgradeImage(ImageDataUri.FromJpeg(ktpBytes), IsEditable: true),
            Selfie = new UpgradeImage(ImageDataUri.FromFile(selfiePath), IsEditable: true),
        };
        #endregion

        File.Delete(selfiePath);
        using var network = new StubHandler(_ => Answers.Sample());
        await using var host = new FinnetHost(network);
        await host.SendAsync(Requests.Minimal with { Images = images });
        Assert.Contains("/9j/2gAC", System.Text.Encoding.UTF8.GetString(network.Requests[0].Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callbacks()
    {
        using var key = RSA.Create(2048);
        var pem = key.ExportSubjectPublicKeyInfoPem();

        #region Verification
        var verification = new SnapVerificationOptions { PublicKeys = [SnapPublicKey.FromPem(pem)] };
        #endregion

        const string merchantId = "AGREE170724";
        var clock = new ManualClock();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(clock);
        await using var app = builder.Build();

        #region Callback
        app.MapPost("/callbacks/finnet/kyc", async (HttpRequest request, TimeProvider clock) =>
        {
            using var received = new MemoryStream();
            await request.Body.CopyToAsync(received);
            var body = received.ToArray();

            if (SnapVerifier.Verify(request.Headers, request.Path, body, verification, clock.GetUtcNow()) is not SnapVerification.Valid)
                return Reply(KycAcknowledgement.Unauthorized);
            if (!KycNotification.TryParse(body, out var notification, out var refusal))
                return Reply(refusal);
            if (notification.MerchantId != merchantId)
                return Reply(KycAcknowledgement.InvalidMerchant);
            await StoreOnceAsync(notification.PartnerReferenceNo, notification.Outcome);
            return Reply(KycAcknowledgement.Accepted);

            static IResult Reply(KycAcknowledgement answer) =>
                Results.Text(answer.ToJson(), "application/json", statusCode: answer.HttpStatus);
        });
        #endregion

        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        const string approved = """{"partnerReferenceNo":"R-1","kycResponse":"KYC Approved","merchantId":"AGREE170724","phoneNo":""}""";
        Assert.Equal("200 2000000", await PostAsync(approved, approved));
        Assert.Equal("401 4010000", await PostAsync(approved, approved + " "));
        Assert.Equal("400 4000000", await PostAsync("[]", "[]"));
        var others = approved.Replace(merchantId, "ANOTHER", StringComparison.Ordinal);
        Assert.Equal("404 4040008", await PostAsync(others, others));
        Assert.Equal(["R-1 Approved"], told);

        async Task<string> PostAsync(string sent, string signed)
        {
            const string timestamp = "2024-11-01T13:00:00+07:00";
            using var content = new StringContent(sent, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
            content.Headers.Add("X-TIMESTAMP", timestamp);
            content.Headers.Add("X-SIGNATURE", SnapVerifier.Sign(key, SnapVerifier.StringToSign(
                SnapRecipe.BodyBound, "/callbacks/finnet/kyc", System.Text.Encoding.UTF8.GetBytes(signed), "", timestamp)));
            using var response = await http.PostAsync(new Uri("/callbacks/finnet/kyc", UriKind.Relative), content);
            var answer = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            return $"{(int)response.StatusCode} {answer.GetProperty("responseCode")}";
        }
    }

    [Fact]
    public async Task Several_Merchants()
    {
        using var network = new StubHandler(_ => Answers.Sample());
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            FinnetHost.Settings.SelectMany(pair => new[] { "Shop", "Market" }, (pair, name) =>
                KeyValuePair.Create($"Merchants:{name}:{pair.Key}", pair.Key == "MerchantId" ? name : pair.Value))).Build();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var services = builder.Services;

        #region Merchants
        services.AddFinnetClient("shop", configuration.GetSection("Merchants:Shop"));
        services.AddFinnetClient("market", configuration.GetSection("Merchants:Market"));
        #endregion

        services.AddHttpClient("FinnetClient:market").ConfigurePrimaryHttpMessageHandler(() => network);
        await using var app = builder.Build();

        #region Merchant
        app.MapGet("/market", ([FromKeyedServices("market")] IFinnetClient finnet) => AskAsync(finnet));
        #endregion

        await app.StartAsync();
        using var http = new HttpClient();
        Assert.Equal("WidgetIssued", await http.GetStringAsync(new Uri(app.Urls.Single() + "/market")));
        Assert.Contains("\"Market\"", System.Text.Encoding.UTF8.GetString(network.Requests[0].Body), StringComparison.Ordinal);

        static async Task<string> AskAsync(IFinnetClient finnet) =>
            (await finnet.RequestUpgradeWidgetAsync(Requests.Minimal)).Kind.ToString();
    }

    [Fact]
    public async Task Testing()
    {
        Assert.IsType<RedirectHttpResult>(await CreateAsync(new FakeFinnet(), "081295288912", Requests.Reference, default));
        using var handler = new StubHandler(_ => Answers.Sample());
        var options = FinnetHost.Options;

        #region FakeNetwork
        using var http = new HttpClient(handler);
        var finnet = new FinnetClient(http, options);
        #endregion

        Assert.IsType<RedirectHttpResult>(await CreateAsync(finnet, "081295288912", Requests.Reference, default));
    }

    [Fact]
    public async Task Tracing()
    {
        #region Tracing
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == FinnetClient.TelemetryName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => Console.WriteLine($"{span.OperationName}: {span.GetTagItem("finnet.outcome")}"),
        };
        ActivitySource.AddActivityListener(listener);
        #endregion

        using var network = new StubHandler(_ => Answers.Sample());
        await using var host = new FinnetHost(network);
        await host.SendAsync();
        Assert.NotNull(listener.ActivityStopped);
    }

    private static async Task<IResult> CreateAsync(
        IFinnetClient finnet, string phone, string reference, CancellationToken cancellationToken)
    {
        #region Create
        if (!PhoneNumber.TryParse(phone, out var phoneNo))
            return Results.BadRequest("Not an Indonesian mobile number.");
        var answer = await finnet.RequestUpgradeWidgetAsync(
            new UpgradeWidgetRequest
            {
                PartnerReferenceNo = reference,
                PhoneNo = phoneNo,
                RedirectFinalUrl = "https://shop.example/upgraded",
                PersonalData = new UpgradePersonalData { BiologicalMotherName = new Secret("Siti Aminah"), Nationality = Nationality.Wni },
            },
            cancellationToken);
        return answer.Kind switch
        {
            // It contains the phone number: never log it.
            FinnetAnswerKind.WidgetIssued => Results.Redirect(answer.WidgetUrl!.Reveal()),
            FinnetAnswerKind.InProcess => Results.Ok("We are still checking your data."),
            FinnetAnswerKind.Approved => Results.Ok("Your account is Premium."),
            FinnetAnswerKind.Rejected => Results.Ok("Your data was rejected."),
            _ => Results.Problem(answer.Reason, statusCode: 502),
        };
        #endregion
    }

    private async Task TellAsync(FinnetAnswer answer, string reference)
    {
        #region Errors
        if (answer.MayHaveArrived)
            await RememberAsync(reference, "in doubt: " + answer.Reason);
        else if (answer.Kind is FinnetAnswerKind.NotSent or FinnetAnswerKind.Busy)
            await RepeatLaterAsync(reference, answer.RetryAfter ?? TimeSpan.FromMinutes(1));
        else if (answer.ResponseCode is { } code)
            Console.WriteLine($"{code}: {code.Explain().Explanation.English}");
        #endregion
    }

    private Task RememberAsync(string reference, string what) => AddAsync($"{reference} {what}");

    private Task RepeatLaterAsync(string reference, TimeSpan wait) => AddAsync($"{reference} in {wait.TotalSeconds} s");

    private Task StoreOnceAsync(string reference, KycOutcome outcome) => AddAsync($"{reference} {outcome}");

    private Task AddAsync(string text)
    {
        told.Add(text);
        return Task.CompletedTask;
    }
}

#region Fake
internal sealed class FakeFinnet : IFinnetClient
{
    public Task<FinnetAnswer> RequestUpgradeWidgetAsync(UpgradeWidgetRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new FinnetAnswer
        {
            Kind = FinnetAnswerKind.WidgetIssued,
            ResponseCode = ResponseCode.Success,
            WidgetUrl = new Secret("https://finnet.example/widget"),
        });
}
#endregion
