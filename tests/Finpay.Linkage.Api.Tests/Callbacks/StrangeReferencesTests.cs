using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Callbacks;

/// <summary>A reference in a notification may be any string up to 128 characters.</summary>
public sealed class StrangeReferencesTests
{
    public static TheoryData<string> StrangeReferences =>
    [
        new string('r', 128),
        "line\r\nbreak\u2028here\u0085",
        "nul\0inside",
        "😀😀😀",
        "\u001b[31mred\u202Ebackwards",
        "' OR 1=1 --",
        "\\u0041 and \\n",
        "{PartnerReferenceNo} {0}",
    ];

    [Theory]
    [MemberData(nameof(StrangeReferences))]
    public async Task A_Strange_Reference_Is_Kept_And_Escaped_In_Logs(string reference)
    {
        await using var host = new ApiHost();

        var answer = await host.NotifyAsync("KYC Approved", reference);
        await host.NotifyAsync("KYC Approved", reference);

        Assert.Equal(200, answer.Status);
        var kept = Assert.Single(await host.NotificationsAsync());
        Assert.Equal((2, "orphan"), (kept.GetProperty("deliveries").GetInt32(), kept.GetProperty("disposition").GetString()));
        Assert.Equal(reference.Replace('\0', '\u2400'), kept.GetProperty("partnerReferenceNo").GetString());
        var lines = host.Logs.Own.Where(line => line.Id.Id == 4003).ToList();
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.All(line.Message, character => Assert.InRange(character, ' ', '~')));
        var found = await host.NotificationsAsync("?partnerReferenceNo=" + Uri.EscapeDataString(reference.Replace('\0', '\u2400')));
        Assert.Single(found);
    }

    [Fact]
    public async Task References_That_Differ_Only_In_A_Strange_Character_Stay_Apart()
    {
        await using var host = new ApiHost();

        await host.NotifyAsync("KYC Approved", "nul\0inside");
        await host.NotifyAsync("KYC Approved", "nul\u2400inside");

        Assert.Equal(2, (await host.NotificationsAsync()).Count);
    }
}
