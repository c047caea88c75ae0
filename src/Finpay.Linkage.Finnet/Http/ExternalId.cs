using System.Globalization;
using System.Security.Cryptography;
using Finpay.Linkage.Finnet.Wire;

namespace Finpay.Linkage.Finnet.Http;

/// <summary>
/// X-EXTERNAL-ID: digits only, at most 32, unique per Jakarta day. The day and 24 random digits: nothing to share between instances, nothing to
/// keep over a restart. Ten million on one day hold two equal ones with a chance of 1 in 20 thousand million.
/// </summary>
internal static class ExternalId
{
    public static string Make(DateTimeOffset now) =>
        now.ToOffset(FinnetTime.WibOffset).ToString("yyyyMMdd", CultureInfo.InvariantCulture) + RandomNumberGenerator.GetString("0123456789", 24);
}
