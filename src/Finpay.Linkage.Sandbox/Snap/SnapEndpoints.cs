using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.Snap;

/// <summary>The endpoints and services that SNAP B2B authentication adds to the stand-in.</summary>
internal static class SnapEndpoints
{
    public static void AddSnap(this IServiceCollection services, StandInOptions options)
    {
        // Also without SNAP B2B, because the scenario about an expired token needs it.
        services.AddSingleton<SnapTokens>();
        if (options.Snap is not { } merchant)
            return;

        services.AddSingleton(merchant).AddSingleton<SnapJudge>().AddSingleton<TokenJudge>().AddSingleton<TokenService>();
        services.AddSingleton(provider => new ExternalIds(
            Path.Combine(options.DataFolder, "external-ids"), provider.GetRequiredService<SandboxClock>().Inner));
    }

    public static void MapSnap(this WebApplication app)
    {
        if (app.Services.GetService<TokenService>() is { } service)
            app.MapPost(TokenService.Path, service.AnswerAsync);
    }
}
