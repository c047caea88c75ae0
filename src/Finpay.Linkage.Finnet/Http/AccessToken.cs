using System.Globalization;

namespace Finpay.Linkage.Finnet.Http;

/// <summary>A B2B access token and its times.</summary>
/// <param name="Value">What stands behind <c>Bearer</c>.</param>
/// <param name="RefreshAt">From then on the next one is fetched.</param>
/// <param name="ExpiresAt">From then on it is not sent any more.</param>
internal sealed record AccessToken(Secret Value, DateTimeOffset RefreshAt, DateTimeOffset ExpiresAt)
{
    // SNAP's usual life, for an answer that does not say it readably.
    private static readonly TimeSpan DefaultLife = TimeSpan.FromSeconds(900);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(60);

    /// <summary>A token that was asked for at <paramref name="asked"/>: its life is counted from then, so that it ends here no later than there.</summary>
    public static AccessToken Lasting(Secret value, string? expiresIn, DateTimeOffset asked)
    {
        var life = Life(expiresIn);
        var margin = life / 5 < LongestMargin ? life / 5 : LongestMargin;
        return new AccessToken(value, asked + life - margin, asked + life);
    }

    private static TimeSpan Life(string? expiresIn) =>
        decimal.TryParse(expiresIn, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? seconds < (decimal)LongestLife.TotalSeconds ? TimeSpan.FromSeconds((double)seconds) : LongestLife
            : DefaultLife;
}
