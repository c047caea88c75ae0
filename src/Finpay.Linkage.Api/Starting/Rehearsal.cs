using System.Security.Cryptography;
using System.Text.Json;
using Finpay.Linkage.Api.Diagnostics;
using Finpay.Linkage.Api.Notifications;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Starting;

/// <summary>
/// The use cases a second time, for a moment: their database is in memory, their Finnet a fixed text, their log nowhere, their keys random. What they are asked leaves
/// compiled code and loaded types to the service, and nothing else (docs/decisions/0018).
/// </summary>
internal static class Rehearsal
{
    private const string Reference = "rehearsal-0001";
    private const string Owner = "rehearsal";

    public static async Task PlayAsync()
    {
        await using var services = Build();
        var request = JsonSerializer.Deserialize("""{"phoneNo":"081200000000","personalData":{"kkNumber":"0000000000000000","nationality":"WNI"}}""", ApiJson.Shared.CreateUpgradeRequest)!;
        if (!(await services.GetRequiredService<CreateUpgradeValidator>().ValidateAsync(request)).IsValid)
            throw new InvalidOperationException("The rehearsed request is not valid.");
        var created = await services.GetRequiredService<UpgradeService>().CreateAsync(Reference, request, Owner);
        if (created.Event != UpgradeEvent.WidgetIssued)
            throw new InvalidOperationException($"The rehearsed create ended with {created.Event}.", created.Failure);

        var notification = $$"""{"kycResponse":"KYC Approved","kycMessage":"","partnerReferenceNo":"{{Reference}}","phoneNo":"6281200000000","merchantId":"{{Owner}}"}""";
        var reply = await services.GetRequiredService<NotificationInbox>().TakeAsync(System.Text.Encoding.UTF8.GetBytes(notification), new CallbackVerdict { Passed = [] }, externalId: null);
        var view = await services.GetRequiredService<UpgradeReader>().FindAsync(Reference, Owner, CancellationToken.None);
        if (reply != CallbackReply.Taken || view?.Status != UpgradeStatus.Approved)
            throw new InvalidOperationException($"The rehearsed notification was answered with {reply.ResponseCode}, the upgrade is {view?.Status}.");
        _ = JsonSerializer.SerializeToUtf8Bytes(view, ApiJson.Shared.UpgradeView);
        _ = JsonSerializer.SerializeToUtf8Bytes(ProblemKind.NotFound.Build("-"), ApiJson.Shared.LinkageProblem);
    }

    private static ServiceProvider Build()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings()).Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddUseCases(configuration);
        services.AddSingleton<IDatabase>(_ => SqliteDatabase.OpenInMemory(TimeProvider.System));
        services.AddHttpClient(nameof(FinnetClient)).UseSocketsHttpHandler((handler, _) => handler.ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new RehearsedAnswer()));
        return services.BuildServiceProvider();
    }

    private static Dictionary<string, string?> Settings() => new(StringComparer.Ordinal)
    {
        ["Finnet:Environment"] = "Development",
        ["Finnet:BaseUrl"] = "http://localhost",
        ["Finnet:MerchantId"] = Owner,
        ["Finnet:MerchantPassword"] = RandomNumberGenerator.GetHexString(16),
        ["Finnet:EncryptionKey"] = RandomNumberGenerator.GetHexString(16),
        ["Finnet:EncryptionIv"] = RandomNumberGenerator.GetHexString(16),
        ["Notifications:Authentication:0"] = "None",
        ["Storage:Encryption:Keys:0:Id"] = Owner,
        ["Storage:Encryption:Keys:0:Key"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        ["Storage:Encryption:LookupKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
    };
}
