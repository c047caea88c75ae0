namespace Finpay.Linkage.Finnet;

/// <summary>Finnet's Upgrade Account service, as callers see it. <see cref="FinnetClient"/> is the real one.</summary>
public interface IFinnetClient
{
    /// <summary>
    /// Asks for an upgrade widget. Takes at most <see cref="FinnetOptions.TotalTimeout"/>. Within that time, the client sends again what is
    /// known not to have been processed; it never repeats a request that may have arrived.
    /// </summary>
    /// <returns>
    /// The result, or why there is none and whether the request <see cref="FinnetAnswer.MayHaveArrived"/>. Whatever goes wrong on the way,
    /// the other exceptions of handlers and of the network included, ends as an answer.
    /// </returns>
    /// <exception cref="ArgumentException">The request is one that Finnet would refuse; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled; the request may have had an effect.</exception>
    Task<FinnetAnswer> RequestUpgradeWidgetAsync(UpgradeWidgetRequest request, CancellationToken cancellationToken = default);
}
