using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>Finnet's current and previous key pair, and a stranger's. Made once per test class.</summary>
public sealed class FinnetKeys : IDisposable
{
    public const string ClientId = "client-1";
    public const string Path = "/callbacks/finnet/kyc";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("linkage-finnet-keys-");

    public FinnetKeys()
    {
        CurrentPath = Write("current.pem", Current.ExportSubjectPublicKeyInfoPem());
        PreviousPath = Write("previous.pem", Previous.ExportSubjectPublicKeyInfoPem());
    }

    public RSA Current { get; } = RSA.Create(2048);

    public RSA Previous { get; } = RSA.Create(2048);

    public RSA Stranger { get; } = RSA.Create(2048);

    public string CurrentPath { get; }

    public string PreviousPath { get; }

    public string Write(string name, string content)
    {
        var path = System.IO.Path.Combine(folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>A service that checks signatures, and nothing else unless the settings say so.</summary>
    public ApiHost Host(params ReadOnlySpan<(string Key, string? Value)> changes) =>
        ApiHost.With([("Notifications:Authentication:0", "SnapSignature"), ("Notifications:Snap:PublicKeyPath", CurrentPath), .. changes]);

    /// <summary>What Finnet would send.</summary>
    public SignedCallback Sign(
        string body, DateTimeOffset at, string path = Path, RSA? key = null, SnapRecipe recipe = SnapRecipe.BodyBound)
    {
        var timestamp = at.ToOffset(TimeSpan.FromHours(7)).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
        return SignAt(body, timestamp, path, key, recipe);
    }

    public SignedCallback SignAt(
        string body, string timestamp, string path = Path, RSA? key = null, SnapRecipe recipe = SnapRecipe.BodyBound)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return new SignedCallback(
            path, bytes, [timestamp],
            [SnapVerifier.Sign(key ?? Current, SnapVerifier.StringToSign(recipe, path, bytes, ClientId, timestamp))]);
    }

    public void Dispose()
    {
        Current.Dispose();
        Previous.Dispose();
        Stranger.Dispose();
        folder.Delete(recursive: true);
    }
}

/// <summary>A callback with its headers, before it is sent.</summary>
public sealed record SignedCallback(string Path, byte[] Body, IReadOnlyList<string> Timestamps, IReadOnlyList<string> Signatures)
{
    public async Task<Answer> SendAsync(ApiHost host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(Body) };
        request.Content.Headers.ContentType = new("application/json");
        foreach (var timestamp in Timestamps)
            request.Headers.TryAddWithoutValidation("X-TIMESTAMP", timestamp);
        foreach (var signature in Signatures)
            request.Headers.TryAddWithoutValidation("X-SIGNATURE", signature);
        request.Headers.TryAddWithoutValidation("X-EXTERNAL-ID", "41807553358950093184162180797837");
        return await Answer.ReadAsync(await host.Anonymous.SendAsync(request));
    }
}
