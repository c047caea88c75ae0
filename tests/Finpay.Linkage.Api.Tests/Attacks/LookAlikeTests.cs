using System.Text;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;
using static Finpay.Linkage.Api.Tests.Callbacks.Envelope;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>
/// References and results that look like others: a create refuses them, and a notification for one never changes
/// the record of the other, on both engines.
/// </summary>
public sealed class LookAlikeTests(ApiHost host) : IClassFixture<ApiHost>
{
    // Contains letters and digits that have look-alikes.
    private const string Reference = "Order-Kile-2024.01_i";

    private static readonly IReadOnlyList<string> LookAlikes =
    [
        Reference.ToLowerInvariant(),
        Reference.ToUpperInvariant(),
        Reference + " ",
        " " + Reference,
        Reference + "\u00a0",
        Reference + "\t",
        Reference + "\n",
        Reference + "\0",
        Reference + "\0\0",
        Reference + "\u2400",
        Reference + "\u200b",
        Reference.Insert(5, "\u200d"),
        Reference.Insert(5, "\u00ad"),
        Reference.Insert(5, "\u2060"),
        Reference.Insert(5, "\ufe0f"),
        "\ufeff" + Reference,
        "\u202e" + Reference,
        "\u2066" + Reference + "\u2069",
        Reference + "\u0301",
        Reference.Replace('O', '\u041e'),
        Reference.Replace('e', '\u0435'),
        Reference.Replace('K', '\u212a'),
        Reference.Replace('i', '\u0131'),
        Reference.Replace('i', '\u0456'),
        Reference.Replace('l', '\u217c'),
        Reference.Replace('2', '\uff12'),
        Reference.Replace('0', '\u0660'),
        Reference.Replace('4', '\u0664'),
        Reference.Replace('-', '\u2010'),
        Reference.Replace('-', '\uff0d'),
        Reference.Replace('.', '\u2024'),
        Reference.Replace('_', '\uff3f'),
        Reference.Replace("fi", "\ufb01", StringComparison.Ordinal).Replace("Ki", "K\ufb01", StringComparison.Ordinal),
        Reference + "%00",
        Reference + "\\u0000",
        Reference + "\ud83d\ude00",
    ];

    [Fact]
    public Task A_Look_Alike_Is_Another_Reference() => CheckAsync(host);

    [PostgresFact]
    public async Task On_PostgreSql_They_Are_Others_Too()
    {
        using var database = new PostgresTestDatabase();
        await using var onPostgres = StoredValues.On(database);
        await CheckAsync(onPostgres);
    }

    private static async Task CheckAsync(ApiHost host)
    {
        host.Finnet.Issues();
        Assert.Equal(201, (await host.CreateAsync(Reference)).Status);
        foreach (var lookAlike in LookAlikes)
        {
            // A create accepts ASCII only; references that differ in case are different references.
            var isPlain = lookAlike.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_');
            if (isPlain)
                host.Finnet.Issues();
            var created = await host.Merchant.CreateAsync(
                JsonSerializer.Serialize(new { partnerReferenceNo = lookAlike, phoneNo = "081295288913" }));
            Assert.Equal((lookAlike, isPlain ? 201 : 400), (lookAlike, created.Status));

            AssertEnvelope(await host.NotifyAsync("KYC Approved", lookAlike), "2000000");

            Assert.Equal((lookAlike, "widgetIssued"), (lookAlike, await host.StatusOfAsync(Reference)));
            if (!isPlain && !lookAlike.Contains('\0', StringComparison.Ordinal))
                Assert.Equal(404, (await host.Ops.GetAnswerAsync("/v1/account-upgrades/" + Uri.EscapeDataString(lookAlike))).Status);
        }

        AssertEnvelope(await host.NotifyAsync("KYC Approved", Reference), "2000000");
        Assert.Equal("approved", await host.StatusOfAsync(Reference));
        var all = LookAlikes.Append(Reference).Select(reference => reference.Replace('\0', '\u2400')).ToHashSet(StringComparer.Ordinal);
        var kept = (await host.NotificationsAsync("?limit=200"))
            .Where(one => one.TryGetProperty("partnerReferenceNo", out var reference) && all.Contains(reference.GetString()!)).ToList();
        Assert.Equal(LookAlikes.Count + 1, kept.Count);
        Assert.All(kept, one => Assert.Equal(1, one.GetProperty("deliveries").GetInt32()));
    }

    /// <summary>JSON can escape half a surrogate pair, which is not text: it is read as U+FFFD, which no record has.</summary>
    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udfff")]
    [InlineData("\\udc00\\ud800")]
    [InlineData("\\ud800\\u0041")]
    public async Task Half_A_Character_Names_No_Record(string escape)
    {
        var own = "reference-" + escape.Length + escape[^1];
        var created = await host.Merchant.CreateAsync($$"""{"partnerReferenceNo":"reference-{{escape}}","phoneNo":"081295288912"}""");
        AssertEnvelope(
            await host.CallbackAsync(Calls.Notification("KYC Approved", own + "#").Replace("#", escape, StringComparison.Ordinal)),
            "2000000");
        AssertEnvelope(
            await host.CallbackAsync(
                Calls.Notification("KYC Approved", own + "#").Replace("#", "\\ud83d\\ude00", StringComparison.Ordinal)),
            "2000000");

        Assert.Equal((400, "partnerReferenceNo"), (created.Status, Assert.Single(created.WrongFields)));
        Assert.Single(await host.NotificationsAsync("?partnerReferenceNo=" + Uri.EscapeDataString(own + "😀")));
    }

    /// <summary>A text that looks like «KYC Approved» does not approve; only white space and case may differ.</summary>
    [Theory]
    [InlineData("KYC Approved", true)]
    [InlineData(" kyc\u00a0\u2003APPROVED\t", true)]
    [InlineData("KYС Approved", false)]
    [InlineData("KYC Аpproved", false)]
    [InlineData("\u212aYC Approved", false)]
    [InlineData("ＫＹＣ Approved", false)]
    [InlineData("KYC Approved\u200b", false)]
    [InlineData("KYC Approved\0", false)]
    [InlineData("\u202eKYC Approved", false)]
    [InlineData("KYC Approve\u0301d", false)]
    [InlineData("KYC Approved; KYC Rejected", false)]
    [InlineData("KYC Not Approved", false)]
    [InlineData("KYC ApprovedKYC Approved", false)]
    public async Task Only_The_Word_Itself_Approves(string word, bool approves)
    {
        var reference = "reference-" + Convert.ToHexString(Encoding.UTF8.GetBytes(word))[..^2];
        reference = reference[..Math.Min(64, reference.Length)];
        host.Finnet.Issues();
        await host.CreateAsync(reference);

        AssertEnvelope(await host.NotifyAsync(word, reference), "2000000");

        Assert.Equal(approves ? "approved" : "widgetIssued", await host.StatusOfAsync(reference));
        Assert.Equal(
            approves ? "applied" : "unknownOutcome",
            Assert.Single(await host.NotificationsAsync("?partnerReferenceNo=" + reference)).GetProperty("disposition").GetString());
    }

    /// <summary>The two Unicode spellings of the same letters stay different names, because nothing is normalized.</summary>
    [Fact]
    public async Task Composed_And_Decomposed_Are_Two_References()
    {
        foreach (var form in new[] { NormalizationForm.FormC, NormalizationForm.FormD })
        {
            var reference = "référence".Normalize(form);
            await host.NotifyAsync("KYC Approved", reference);
            Assert.Equal(1, Assert.Single(await host.NotificationsAsync("?partnerReferenceNo=" + Uri.EscapeDataString(reference)))
                .GetProperty("deliveries").GetInt32());
        }
    }
}
