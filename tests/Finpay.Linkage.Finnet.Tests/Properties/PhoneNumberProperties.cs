using FsCheck;
using FsCheck.Fluent;

namespace Finpay.Linkage.Finnet.Tests.Properties;

public sealed class PhoneNumberProperties
{
    // What follows 62 in a mobile number: 8 and 7 to 12 more digits.
    private static readonly Gen<string> Subscriber = Texts.Digits(7, 12).Select(digits => "8" + digits);

    private static readonly Gen<string> Form = Gen.Elements("0", "", "62", "+62", "0062", "620", "+62 (0)", "0062-");

    // Digits and signs that look like numbers, and anything else.
    private static readonly Gen<string> Text = Gen.OneOf(
        Texts.Wild,
        Gen.Elements("0", "00", "6", "2", "8", "62", "+", " ", "-", "12345678", "６", "٢").ListOf().Select(parts => string.Concat(parts)));

    [Fact]
    public void Every_Form_Of_A_Number_Is_The_Same_Number() => Property.Holds(
        from subscriber in Subscriber
        from form in Form
        select (subscriber, form),
        given =>
        {
            Assert.True(PhoneNumber.TryParse(given.form + given.subscriber, out var phone));
            Assert.Equal("62" + given.subscriber, phone.Reveal());
            Assert.Equal("62" + given.subscriber, PhoneNumber.Canonicalize($" {given.form}{given.subscriber}\t"));
        });

    [Fact]
    public void Different_Numbers_Stay_Different_In_Any_Form() => Property.Holds(
        from one in Subscriber
        from other in Subscriber
        from form in Form
        from otherForm in Form
        select (one, other, form, otherForm),
        given => Assert.Equal(
            given.one == given.other,
            PhoneNumber.Canonicalize(given.form + given.one) == PhoneNumber.Canonicalize(given.otherForm + given.other)));

    [Fact]
    public void A_Number_Of_Another_Country_Is_Left_As_It_Is() => Property.Holds(
        from prefix in Gen.Elements("60", "+60", "0060", "65", "+1", "60 ", "+60-", "(60)", "+1 (0)")
        from digits in Texts.Digits(0, 13)
        select prefix + digits,
        text => Assert.Equal((text.Trim(), false), (PhoneNumber.Canonicalize(text), PhoneNumber.TryParse(text, out _))));

    [Fact]
    public void Canonicalizing_Takes_Any_Text_And_Twice_Changes_Nothing_More() => Property.Holds(Text, text =>
    {
        var once = PhoneNumber.Canonicalize(text);
        Assert.Equal(once, PhoneNumber.Canonicalize(once));
        Assert.True(PhoneNumber.TryParse(text.Trim(), out var phone) ? phone.Reveal() == once : once == text.Trim());
    });

    [Fact]
    public void Whatever_Is_Read_As_A_Number_Has_The_One_Form_That_Is_Sent() => Property.Holds(Text, text =>
    {
        if (PhoneNumber.TryParse(text, out var phone))
            Assert.Matches("^628[0-9]{7,12}$", phone.Reveal());
    });
}
