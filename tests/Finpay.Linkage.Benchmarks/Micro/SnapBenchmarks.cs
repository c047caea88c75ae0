using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Benchmarks.Micro;

/// <summary>The signature of a request to Finnet (SnapB2B).</summary>
public class SnapRequestBenchmarks
{
    private readonly Secret secret = new("a-client-secret-of-SNAP");
    private byte[] body = [];

    [Params(400, 1_870_000)]
    public int BodyBytes { get; set; }

    [GlobalSetup]
    public void SetUp() => body = RandomNumberGenerator.GetBytes(BodyBytes);

    [Benchmark]
    public string Sign() =>
        SnapSigner.Sign(
            secret,
            SnapSigner.StringToSign("POST", "/api/v1.0/upgrade-account-widget", "an-access-token", body, "2026-11-21T12:00:00+07:00"));
}

/// <summary>The signature of a callback.</summary>
public class SnapCallbackBenchmarks
{
    private readonly byte[] body = RandomNumberGenerator.GetBytes(200);
    private readonly SnapPublicKey key;
    private readonly byte[] signature;

    public SnapCallbackBenchmarks()
    {
        using var rsa = RSA.Create(2048);
        signature = Convert.FromBase64String(SnapVerifier.Sign(rsa, Text()));
        var file = Path.GetTempFileName();
        File.WriteAllText(file, rsa.ExportSubjectPublicKeyInfoPem());
        key = SnapPublicKey.TryLoad(file, out var loaded, out var problem) ? loaded : throw new InvalidOperationException(problem);
        File.Delete(file);
    }

    [Benchmark]
    public bool Verify() => key.Verifies(Text(), signature);

    private string Text() =>
        SnapVerifier.StringToSign(SnapRecipe.BodyBound, "/callbacks/finnet/kyc", body, "", "2026-11-21T12:00:00+07:00");
}
