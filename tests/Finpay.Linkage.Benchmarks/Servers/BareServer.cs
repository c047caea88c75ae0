namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>
/// The lower bound: the same Kestrel reads the same JSON and returns a constant. Nothing is checked, stored or logged.
/// </summary>
internal static class BareServer
{
    private static readonly Answer Taken = new("2000000", "Request has been processed successfully");

    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        app.MapPost(
            "/callbacks/finnet/kyc/{token}",
            (Notification notification) => notification.PartnerReferenceNo.Length > 0 ? Results.Ok(Taken) : Results.BadRequest());
        await app.RunAndSayWhereAsync();
        return 0;
    }

    private sealed record Notification(string KycResponse, string KycMessage, string PartnerReferenceNo, string PhoneNo, string MerchantId);

    private sealed record Answer(string ResponseCode, string ResponseMessage);
}
