namespace Finpay.Linkage.Api.GoLive;

/// <summary>
/// Whether this machine's clock is right. Only another clock can say how far it is off; Finnet's is not asked, since that needs a request.
/// </summary>
internal static class ClockFindings
{
    private const string Check = "clock";
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(5);

    // Signed times are looked at with minutes of patience, leases and expiries with less.
    private static readonly TimeSpan Harmful = TimeSpan.FromSeconds(60);

    /// <param name="synchronised">What the kernel knows of it; null: nothing.</param>
    public static Finding OnKernel(bool? synchronised) => synchronised switch
    {
        true => Finding.Ok(Check, "synchronised, says the kernel"),
        false => Finding.Warning(Check, "not synchronised, says the kernel: run chrony, ntpd or systemd-timesyncd here or on the host. How far it is off only another clock could tell"),
        null => Finding.Warning(Check, "not measured: this system does not say whether its clock is synchronised. See that a time service runs"),
    };

    /// <param name="ahead">How far this machine is ahead of the server.</param>
    /// <param name="sameMachine">The server has the same clock.</param>
    public static Finding OnServer(TimeSpan ahead, bool sameMachine)
    {
        var far = $"{ahead.Duration().TotalSeconds:0.0} s {(ahead < TimeSpan.Zero ? "behind" : "ahead of")} PostgreSQL's";
        return ahead.Duration() > Harmful ? Finding.Failure(Check, $"{far}: signatures and leases go by time. Synchronise both")
            : ahead.Duration() > Noticeable ? Finding.Warning(Check, $"{far}: synchronise both")
            : Finding.Ok(Check, sameMachine ? $"{far}, which is on this machine: that proves nothing" : far);
    }
}
