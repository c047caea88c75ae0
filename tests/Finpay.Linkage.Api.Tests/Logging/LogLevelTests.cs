using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.Security;
using Microsoft.Extensions.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Finpay.Linkage.Api.Tests.Logging;

/// <summary>A request writes one information line: the request log's.</summary>
public sealed class LogLevelTests
{
    [Theory]
    [InlineData(typeof(RequestLogMiddleware), true)]
    [InlineData(typeof(ApiKeyAuthenticationHandler), false)]
    public void Only_The_Request_Log_Writes_About_A_Refused_Key(Type source, bool writes)
    {
        var configuration = new ConfigurationBuilder().Build();
        using var logger = LinkageLogging.Configure(new LoggerConfiguration(), configuration, asJson: true).CreateLogger();

        var ofSource = logger.ForContext(Constants.SourceContextPropertyName, source.FullName);

        Assert.Equal(writes, ofSource.IsEnabled(LogEventLevel.Information));
        Assert.True(ofSource.IsEnabled(LogEventLevel.Warning));
    }
}
