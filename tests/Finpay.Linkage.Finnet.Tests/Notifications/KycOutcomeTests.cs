using System.Globalization;

namespace Finpay.Linkage.Finnet.Tests.Notifications;

public sealed class KycOutcomeTests
{
    [Theory]
    [InlineData("KYC Approved", KycOutcome.Approved)]
    [InlineData("KYC Rejected", KycOutcome.Rejected)]
    [InlineData("kyc approved", KycOutcome.Approved)]
    [InlineData("KYC REJECTED", KycOutcome.Rejected)]
    [InlineData("KYC_APPROVED", KycOutcome.Approved)]
    [InlineData("KYC_REJECTED", KycOutcome.Rejected)]
    [InlineData("kyc-approved", KycOutcome.Approved)]
    [InlineData("KYCApproved", KycOutcome.Approved)]
    [InlineData("Approved", KycOutcome.Approved)]
    [InlineData("rejected", KycOutcome.Rejected)]
    [InlineData("  KYC  Approved ", KycOutcome.Approved)]
    [InlineData("\tKYC\u00A0Rejected\r\n", KycOutcome.Rejected)]
    [InlineData("KYC                                        Approved", KycOutcome.Approved)]
    [InlineData("KYC Approved.", KycOutcome.Approved)]
    [InlineData("“KYC Approved”", KycOutcome.Approved)]
    [InlineData("«KYC Rejected»", KycOutcome.Rejected)]
    [InlineData("\"KYC Approved\"", KycOutcome.Approved)]
    [InlineData("'KYC' 'Rejected'", KycOutcome.Rejected)]
    [InlineData("\\KYC\\ \\Approved\\", KycOutcome.Approved)]
    [InlineData("KYC\u2011Approved", KycOutcome.Approved)]
    [InlineData("KYC — Rejected", KycOutcome.Rejected)]
    [InlineData("K.Y.C. Approved", KycOutcome.Approved)]
    public void Spaces_Punctuation_And_Case_Do_Not_Matter(string text, KycOutcome outcome) => Assert.Equal(outcome, KycOutcomes.Read(text));

    [Theory]
    [InlineData("KYC Approve")]
    [InlineData("KYC Approved!")]
    [InlineData("KYC Approved?")]
    [InlineData("KYC Approved: 0")]
    [InlineData("KYC Approved0")]
    [InlineData("KYC Approved\uFFFD")]
    [InlineData("KYC\u200BApproved")]
    [InlineData("KYC\0Approved")]
    [InlineData("\u212AYC Approved")]
    [InlineData("KYC Rejęcted")]
    [InlineData("KYC Approved (Not)")]
    [InlineData("KYC, Approved")]
    [InlineData("KYC Not Approved")]
    [InlineData("Not Approved")]
    [InlineData("KYC Approved KYC Rejected")]
    [InlineData("KYC Approved by nobody in particular")]
    [InlineData("KYC Pending")]
    [InlineData("KYC")]
    [InlineData("2000002")]
    [InlineData("")]
    public void Another_Word_Is_Unknown(string text) => Assert.Equal(KycOutcome.Unknown, KycOutcomes.Read(text));

    [Fact]
    public void A_Very_Long_Word_Is_Unknown() => Assert.Equal(KycOutcome.Unknown, KycOutcomes.Read(new string('A', 1_000_000)));

    [Fact]
    public void The_Culture_Changes_Nothing()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("tr-TR");
            Assert.Equal((KycOutcome.Approved, KycOutcome.Rejected), (KycOutcomes.Read("kyc approved"), KycOutcomes.Read("kyc rejected")));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
