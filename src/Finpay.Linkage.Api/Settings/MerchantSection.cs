namespace Finpay.Linkage.Api.Settings;

/// <summary>Where the settings of one merchant stand: <c>Finnet</c> for the one named default, or <c>Merchants:&lt;name&gt;</c>.</summary>
internal sealed record MerchantSection(string Name, string Path)
{
    public const string Root = "Merchants";
    public const string Default = "default";

    /// <summary>The section of callbacks that are for this merchant alone.</summary>
    public string Notifications => $"{Path}:Notifications";

    /// <summary>All merchants of the settings. Without any, <c>Finnet</c> is the one that is missing.</summary>
    public static IReadOnlyList<MerchantSection> All(IConfiguration configuration)
    {
        // In the environment names may be upper-case.
        var named = configuration.GetSection(Root).GetChildren()
            .Select(child => new MerchantSection(child.Key.ToLowerInvariant(), child.Path)).ToList();
        return named.Count > 0 && !configuration.GetSection(FinnetOptions.SectionName).Exists()
            ? named
            : [new(Default, FinnetOptions.SectionName), .. named];
    }
}
