using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Finpay.Linkage.Sandbox.Snap;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary>A merchant with a key pair, and a stand-in that knows it.</summary>
internal static class SnapSamples
{
    public const string Secret = "0c7a52a6e0f94e3d8f0d5b1a9c3e7f12";

    // Made once: key pairs are slow to make.
    public static readonly RSA Pair = RSA.Create(2048);

    public static readonly SnapMerchant Merchant = new("client-one", Secret, Pair.ExportSubjectPublicKeyInfoPem());

    public static Task<RunningStandIn> StartAsync(TimeProvider? time = null, string? folder = null) =>
        RunningStandIn.StartAsync(time, folder, Merchant);

    public static async Task<JsonObject> AskAsync(this RunningStandIn standIn, TokenRequest request)
    {
        using var message = request.Build();
        using var response = await standIn.Client.SendAsync(message);
        var answer = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal(((string)answer["responseCode"]!)[..3], $"{(int)response.StatusCode}");
        return answer;
    }

    public static async Task<string> TokenAsync(this RunningStandIn standIn, DateTimeOffset? time = null) =>
        (string)(await standIn.AskAsync(new TokenRequest(time ?? FrozenTime.Start)))["accessToken"]!;

    public static async Task<SnapRequest> RequestAsync(this RunningStandIn standIn, DateTimeOffset? time = null) =>
        new(await standIn.TokenAsync(time), time ?? FrozenTime.Start);
}
