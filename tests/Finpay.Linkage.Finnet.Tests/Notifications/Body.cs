using System.Text;

namespace Finpay.Linkage.Finnet.Tests.Notifications;

/// <summary>Bodies of notifications that differ from a right one in one place.</summary>
internal static class Body
{
    /// <summary>The three members that must be there, and then <paramref name="members"/>.</summary>
    public static byte[] With(string members) =>
        Encoding.UTF8.GetBytes($$"""{"kycResponse":"KYC Approved","partnerReferenceNo":"R-1","merchantId":"M",{{members.Trim()}}}""");

    /// <summary>All five members, the value (JSON) of <paramref name="name"/> replaced, or the member left out when it is null.</summary>
    public static byte[] Replacing(string name, string? json)
    {
        string[] names = ["kycResponse", "kycMessage", "partnerReferenceNo", "phoneNo", "merchantId"];
        var members = names.Where(other => other != name || json is not null)
            .Select(other => $"\"{other}\":{(other == name ? json : "\"KYC Approved\"")}");
        return Encoding.UTF8.GetBytes($"{{{string.Join(',', members)}}}");
    }
}
