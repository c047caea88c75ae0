using System.Security.Cryptography;
using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Finnet.Tests.Values;

/// <summary>A null argument is named in the exception of the method that got it.</summary>
public sealed class ArgumentTests
{
    [Fact]
    public async Task A_Missing_Argument_Is_Named()
    {
        using var rsa = RSA.Create(2048);
        Assert.Equal("value", Missing(() => new Secret(null!)));
        Assert.Equal("key", Missing(() => new FieldCipher(null!, new Secret("1234567890123456"))));
        Assert.Equal("iv", Missing(() => new FieldCipher(new Secret("1234567890123456"), null!)));
        Assert.Equal("privateKey", Missing(() => SnapSigner.SignTokenRequest(null!, "c", "t")));
        Assert.Equal("clientSecret", Missing(() => SnapSigner.Sign(null!, "text")));
        Assert.Equal("options", Missing(() => new FinnetOptionsValidator().Validate(null, null!)));
        Assert.Equal("configuration", Missing(() => new ServiceCollection().AddFinnetClient((IConfiguration)null!)));
        Assert.Equal("section", Missing(() => new ServiceCollection().AddFinnetClient((IConfigurationSection)null!)));
        Assert.Equal("configureOptions", Missing(() => new ServiceCollection().AddFinnetClient((Action<FinnetOptions>)null!)));
        Assert.Equal("name", Missing(() => new ServiceCollection().AddFinnetClient(null!, _ => { })));
        Assert.Equal("http", Missing(() => new FinnetClient(null!, FinnetHost.Options)));
        using var http = new HttpClient();
        Assert.Equal("options", Missing(() => new FinnetClient(http, null!)));
        Assert.Equal("text", Missing(() => PhoneNumber.Canonicalize(null!)));
        Assert.Equal("text", Missing(() => KycOutcomes.Read(null!)));
        await using var host = new FinnetHost(new StubHandler(_ => Answers.Sample()));
        Assert.Equal(
            "request", (await Assert.ThrowsAsync<ArgumentNullException>(() => host.Client.RequestUpgradeWidgetAsync(null!))).ParamName);
    }

    private static string? Missing(Func<object?> call) => Assert.Throws<ArgumentNullException>(call).ParamName;
}
