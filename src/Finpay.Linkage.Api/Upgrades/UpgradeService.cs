namespace Finpay.Linkage.Api.Upgrades;

/// <summary>The use case. A crash at any point leaves a record that the next call with the same reference continues.</summary>
internal sealed class UpgradeService(UpgradeStore store, FinnetClient finnet, TimeProvider clock)
{
    public async Task<Attempt> CreateAsync(UpgradeWidgetRequest request, string owner)
    {
        var attempt = await store.BeginAsync(request, owner);
        if (attempt.State != AttemptState.Begun)
            return attempt;
        // Without the caller's cancellation: a caller that hangs up must not leave a widget that no record knows.
        var answer = await finnet.RequestUpgradeWidgetAsync(request, CancellationToken.None);
        // The first 4090001 may mean that an earlier attempt is still being processed, so Finnet is asked once more.
        if (answer.Kind == FinnetAnswerKind.DuplicateReference && attempt.MayHaveArrived)
        {
            answer = clock.GetUtcNow() < attempt.AskBefore
                ? await finnet.RequestUpgradeWidgetAsync(request, CancellationToken.None)
                : new FinnetAnswer { Kind = FinnetAnswerKind.NoAnswer, Reason = "Finnet's answer came too late to ask once more." };
        }

        return await store.RecordAsync(attempt, answer);
    }
}
