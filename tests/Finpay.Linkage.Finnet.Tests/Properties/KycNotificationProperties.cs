using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Finpay.Linkage.Finnet.Tests.Properties;

public sealed class KycNotificationProperties
{
    private static readonly string[] Names = ["kycResponse", "kycMessage", "kysMessage", "partnerReferenceNo", "phoneNo", "merchantId"];

    private static readonly Gen<Sent> Any =
        from response in Gen.OneOf(Gen.Elements("KYC Approved", "KYC_REJECTED", " approved "), Texts.NotBlank)
        from message in Gen.OneOf(Texts.NotBlank, Gen.Constant(""))
        from spelling in Gen.Elements("kycMessage", "kysMessage")
        from reference in Texts.Units(1, 128).Where(text => !string.IsNullOrWhiteSpace(text))
        from form in Gen.Elements("0", "", "62", "+62", "0062")
        from digits in Texts.Digits(7, 12)
        from merchant in Texts.NotBlank
        select new Sent(response, message, spelling, reference, form, "8" + digits, merchant);

    private static readonly Gen<byte[]> Rendered = Any.SelectMany(Render);

    [Fact]
    public void A_Notification_Reads_Back_Equal_However_It_Is_Written() => Property.Holds(
        from sent in Any
        from body in Render(sent)
        select (sent, text: Encoding.UTF8.GetString(body)),
        given =>
        {
            var reading = KycNotificationReader.Read(Encoding.UTF8.GetBytes(given.text));
            Assert.Equal((KycNotificationProblem.None, null), (reading.Problem, reading.Field));
            var read = reading.Notification;
            Assert.Equal(
                (given.sent.Response, given.sent.Message, given.sent.Reference, "62" + given.sent.Subscriber, given.sent.Merchant),
                (read!.KycResponse, read.KycMessage.Reveal(), read.PartnerReferenceNo, read.PhoneNo.Reveal(), read.MerchantId));
        });

    [Fact]
    public void Any_Bytes_Are_A_Notification_Or_A_Problem() => Property.Holds(Json.Damaged(Rendered), AssertTotal);

    [Fact]
    public void Any_Json_Is_A_Notification_Or_A_Problem() =>
        Property.Holds(Json.Document(Names), document => AssertTotal(Encoding.UTF8.GetBytes(document)));

    [Fact]
    public void Any_Word_Has_An_Outcome_That_Case_And_Spaces_Do_Not_Change() => Property.Holds(
        Gen.OneOf(
            Texts.Wild,
            Gen.Elements("KYC", "Approved", "Rejected", "_", "-", " ", "\t", "x").ListOf().Resize(6).Select(parts => string.Concat(parts))),
        word =>
        {
            var outcome = KycOutcomes.Read(word);
            Assert.Equal(outcome, KycOutcomes.Read(word.ToUpperInvariant()));
            Assert.Equal(outcome, KycOutcomes.Read($" {string.Join(' ', word.ToCharArray())}_"));
        });

    private static Gen<byte[]> Render(Sent sent) => Json.Rendered(
    [
        ("kycResponse", sent.Response), (sent.Spelling, sent.Message), ("partnerReferenceNo", sent.Reference),
        ("phoneNo", sent.Form + sent.Subscriber), ("merchantId", sent.Merchant),
    ]);

    private static void AssertTotal(byte[] body)
    {
        var reading = KycNotificationReader.Read(body);
        var (problem, notification, field) = (reading.Problem, reading.Notification, reading.Field);
        Assert.Equal(problem == KycNotificationProblem.None, notification is not null);
        Assert.Equal(
            problem is KycNotificationProblem.InvalidFieldFormat or KycNotificationProblem.InvalidMandatoryField, field is not null);
        if (notification is not null)
        {
            Assert.InRange(notification.PartnerReferenceNo.Length, 1, KycNotification.MaxReferenceLength);
            Assert.True(Enum.IsDefined(notification.Outcome));
        }
    }

    private sealed record Sent(
        string Response, string Message, string Spelling, string Reference, string Form, string Subscriber, string Merchant);
}
