namespace Finpay.Linkage.Sandbox.Snap;

internal static class Bearer
{
    public const string Scheme = "Bearer ";

    public static string? TokenOf(string? authorization) =>
        authorization is not null && authorization.StartsWith(Scheme, StringComparison.Ordinal) && authorization.Length > Scheme.Length
            ? authorization[Scheme.Length..]
            : null;
}
