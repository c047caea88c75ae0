using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Notifications;

/// <summary>Finnet's own notification, changed in one place: every tolerance of the contract's section 4.</summary>
public sealed class SampleToleranceTests
{
    private const string Reason = "Your KYC has been rejected because…";

    // What is replaced, the new text, and what changes in the notification.
    private static readonly Dictionary<string, (string Old, string New, Expected Expected)> Table = new(StringComparer.Ordinal)
    {
        ["as it is"] = ("", "", new()),
        ["names in lower case"] = ("kycResponse", "kycresponse", new()),
        ["names in upper case"] = ("partnerReferenceNo", "PARTNERREFERENCENO", new()),
        ["names in another case"] = ("merchantId", "MerchantID", new()),
        ["the misspelt name in another case"] = ("kysMessage", "KYSmessage", new()),
        ["the table's spelling"] = ("kysMessage", "kycMessage", new()),
        ["the table's spelling in another case"] = ("kysMessage", "KycMessage", new()),
        ["both spellings, one empty"] = ("\"phoneNo\"", "\"kycMessage\": \"\",\n  \"phoneNo\"", new()),
        ["both spellings, two texts"] = ("\"phoneNo\"", "\"kycMessage\": \"The table's\",\n  \"phoneNo\"", new(Message: "The table's")),
        ["an empty message"] = (Reason, "", new(Message: "")),
        ["no message"] = ($"\"kysMessage\": \"{Reason}\",", "", new(Message: "")),
        ["another result"] = ("KYC Rejected", "KYC Approved", new("KYC Approved", KycOutcome.Approved)),
        ["spaces around the result"] = ("KYC Rejected", "  KYC Rejected ", new("  KYC Rejected ")),
        ["spaces within the result"] = ("KYC Rejected", "KYC   Rejected", new("KYC   Rejected")),
        ["the result in lower case"] = ("KYC Rejected", "kyc rejected", new("kyc rejected")),
        ["the result in upper case"] = ("KYC Rejected", "KYC REJECTED", new("KYC REJECTED")),
        ["the result as a constant"] = ("KYC Rejected", "KYC_APPROVED", new("KYC_APPROVED", KycOutcome.Approved)),
        ["the result as a word"] = ("KYC Rejected", "Approved", new("Approved", KycOutcome.Approved)),
        ["an unknown result"] = ("KYC Rejected", " KYC  On Hold", new(" KYC  On Hold", KycOutcome.Unknown)),
        ["an unknown field"] = ("\"phoneNo\"", "\"eventId\": {\"kycResponse\": [\"KYC Approved\", 1, null]},\n  \"phoneNo\"", new()),
        ["an unknown field that starts like a known one"] = ("\"phoneNo\"", "\"phoneNo2\": 1, \"merchantIds\": [], \"phoneNo\"", new()),
        ["a trailing comma"] = ("\"AGREE170724\"", "\"AGREE170724\",", new()),
        ["a trailing comma in an unknown field"] = ("\"phoneNo\"", "\"x\": [1, {\"y\": 2,},], \"phoneNo\"", new()),
        ["on one line"] = ("\n", "", new()),
        ["with other line ends"] = ("\n", "\r\n", new()),
        ["a phone with a leading zero"] = ("6281295288912", "081295288912", new()),
        ["a phone without a prefix"] = ("6281295288912", "81295288912", new()),
        ["a phone with a plus"] = ("6281295288912", "+6281295288912", new()),
        ["a phone with two zeros"] = ("6281295288912", "006281295288912", new()),
        ["a phone of another country"] = ("6281295288912", "60123456789", new(Phone: "60123456789")),
        ["a phone of another country with a plus"] = ("6281295288912", "+60123456789", new(Phone: "+60123456789")),
        ["a landline"] = ("6281295288912", "622112345678", new(Phone: "622112345678")),
        ["a numeric phone"] = ("\"6281295288912\"", "6281295288912", new()),
        ["a line break in a text"] = ("because…", "because\n", new(Message: "Your KYC has been rejected because\n")),
        ["half a surrogate pair"] = ("because…", "because\\ud83d", new(Message: "Your KYC has been rejected because\uFFFD")),
        ["a message in a list"] = ($"\"{Reason}\"", "[\"foto\", 1]", new(Message: "[\"foto\", 1]")),
        ["no phone"] = ("\"phoneNo\": \"6281295288912\",", "", new(Phone: "")),
    };

    // Similar changes that are not tolerated.
    private static readonly Dictionary<string, (string Old, string New, KycNotificationProblem Problem)> Beyond = new(
        StringComparer.Ordinal)
    {
        ["two trailing commas"] = ("\"AGREE170724\"", "\"AGREE170724\",,", KycNotificationProblem.NotJson),
        ["a comma before the first member"] = ("{", "{,", KycNotificationProblem.NotJson),
        ["no closing brace"] = ("}", "", KycNotificationProblem.NotJson),
        ["single quotes"] = ("\"", "'", KycNotificationProblem.NotJson),
        ["a name without quotes"] = ("\"phoneNo\"", "phoneNo", KycNotificationProblem.NotJson),
        ["a comment"] = ("{", "/* v2 */ {", KycNotificationProblem.NotJson),
        ["an empty result"] = ("KYC Rejected", "", KycNotificationProblem.InvalidMandatoryField),
        ["a result under another name"] = ("kycResponse", "kysResponse", KycNotificationProblem.InvalidMandatoryField),
        ["two different results"] =
            ("\"phoneNo\"", "\"KYCRESPONSE\": \"KYC Approved\", \"phoneNo\"", KycNotificationProblem.InvalidFieldFormat),
    };

    public static TheoryData<string> Tolerated => [.. Table.Keys];

    public static TheoryData<string> NotTolerated => [.. Beyond.Keys];

    [Theory]
    [MemberData(nameof(Tolerated))]
    public void Finnets_Notification_Is_Read_Though_It_Differs_In(string what)
    {
        var (old, @new, expected) = Table[what];
        var read = KycNotificationReader.Read(Changed(old, @new)).Notification;
        Assert.Equal(
            (expected, "202411011441000012", "AGREE170724"),
            (
                new Expected(read!.KycResponse, read.Outcome, read.KycMessage.Reveal(), read.PhoneNo.Reveal()),
                read.PartnerReferenceNo,
                read.MerchantId));
    }

    [Theory]
    [MemberData(nameof(NotTolerated))]
    public void Finnets_Notification_Is_Refused_When_It_Differs_In(string what)
    {
        var (old, @new, problem) = Beyond[what];
        Assert.Equal(problem, KycNotificationReader.Read(Changed(old, @new)).Problem);
    }

    private static byte[] Changed(string old, string @new)
    {
        var sample = Encoding.UTF8.GetString(Sample.NotificationRequest);
        if (old.Length == 0)
            return Sample.NotificationRequest;
        var changed = sample.Replace(old, @new, StringComparison.Ordinal);
        Assert.NotEqual(sample, changed);
        return Encoding.UTF8.GetBytes(changed);
    }

    private sealed record Expected(
        string Response = "KYC Rejected", KycOutcome Outcome = KycOutcome.Rejected, string Message = Reason,
        string Phone = "6281295288912");
}
