using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Tests.Settings;

/// <summary>How many connections the server takes.</summary>
public sealed class ConnectionOptionsTests
{
    /// <summary>The setting, the descriptors of the process, the limit.</summary>
    [Theory]
    [InlineData(null, null, null)]
    [InlineData(100L, null, 100L)]
    [InlineData(null, 1024L, 640L)]
    [InlineData(639L, 1024L, 639L)]
    [InlineData(641L, 1024L, 640L)]
    [InlineData(null, 256L, 128L)]
    [InlineData(null, 1_048_576L, 1_048_192L)]
    public void The_Lower_Of_The_Setting_And_What_The_Descriptors_Allow_Counts(long? setting, long? descriptors, long? limit) =>
        Assert.Equal(limit, new ConnectionOptions { MaxConcurrentConnections = setting }.Effective(descriptors));

    [Fact]
    public async Task The_Server_Has_It()
    {
        await using var host = ApiHost.With(("Kestrel:Limits:MaxConcurrentConnections", "7"));

        Assert.Equal(7, host.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxConcurrentConnections);
    }
}
