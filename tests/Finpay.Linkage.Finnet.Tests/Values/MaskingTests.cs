using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Values;

public sealed class MaskingTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The values of Requests.Full that must not be shown: phone, family card, mother, e-mail, both images, the redirect URL.
    private static readonly string[] PersonalData =
        ["81295288912", "3173010101010001", "Siti", "budi.santoso", Requests.Jpeg, Requests.Png, "shop.example"];

    public static TheoryData<object> MaskedValues => new()
    {
        new Secret("81295288912"), Requests.Phone("081295288912"), Requests.FamilyCard("3173010101010001"), Requests.Image(Requests.Jpeg),
    };

    [Theory]
    [MemberData(nameof(MaskedValues))]
    public void A_Masked_Value_Shows_Three_Stars_As_Text_And_In_The_Debugger(object value)
    {
        var type = value.GetType();
        Assert.Equal("***", value.ToString());
        Assert.Equal("***", type.GetCustomAttribute<DebuggerDisplayAttribute>()?.Value);
        Assert.Empty(type.GetProperties(BindingFlags.Public | BindingFlags.Instance));
        Assert.All(
            type.GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance),
            field => Assert.Equal(DebuggerBrowsableState.Never, field.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State));
    }

    [Fact]
    public void Reveal_Is_The_Door()
    {
        Assert.Equal("s3cret", new Secret("s3cret").Reveal());
        Assert.Equal("6281295288912", Requests.Phone("081295288912").Reveal());
        Assert.Equal("3173010101010001", Requests.FamilyCard("3173010101010001").Reveal());
        var (prefix, base64) = Requests.Image(Requests.Jpeg).Reveal();
        Assert.Equal(Requests.Jpeg, prefix + System.Text.Encoding.UTF8.GetString(base64.Span));
    }

    [Fact]
    public void Json_Sees_The_Mask_Of_A_Secret_And_Nothing_Of_Numbers_And_Images()
    {
        Assert.Equal("\"***\"", JsonSerializer.Serialize(new Secret("s3cret")));
        Assert.Equal("{}", JsonSerializer.Serialize(Requests.Image(Requests.Jpeg)));
        Assert.Equal("{}", JsonSerializer.Serialize(Requests.Phone("081295288912")));
        Assert.Equal("{}", JsonSerializer.Serialize(Requests.FamilyCard("3173010101010001")));
        var personalData = JsonSerializer.Serialize(Requests.AllPersonalData, Relaxed)
            + JsonSerializer.Serialize(Requests.BothImages, Relaxed);
        Assert.All(PersonalData, part => Assert.DoesNotContain(part, personalData, StringComparison.Ordinal));
    }

    [Fact]
    public void A_Secret_Is_Read_From_Json_And_From_Configuration_Text()
    {
        Assert.Equal("s3cret", JsonSerializer.Deserialize<Secret>("\"s3cret\"")?.Reveal());
        Assert.Null(JsonSerializer.Deserialize<Secret>("null"));
        var converter = TypeDescriptor.GetConverter(typeof(Secret));
        Assert.True(converter.CanConvertFrom(typeof(string)));
        Assert.Equal("s3cret", Assert.IsType<Secret>(converter.ConvertFromInvariantString("s3cret")).Reveal());
        Assert.Equal("***", converter.ConvertToInvariantString(new Secret("s3cret")));
    }

    [Fact]
    public void The_Text_Of_A_Request_Is_Its_Reference_Alone()
    {
        Assert.Equal($"UpgradeWidgetRequest {Requests.Reference}", Requests.Full.ToString());
        var parts = $"{Requests.Full.Images} {Requests.Full.Images!.Ktp} {Requests.Full.PersonalData}";
        Assert.All(PersonalData, part => Assert.DoesNotContain(part, parts, StringComparison.Ordinal));
    }

    [Fact]
    public void The_Text_Of_A_Result_Does_Not_Show_The_Widget_Url()
    {
        var result = new FinnetAnswer
        {
            Kind = FinnetAnswerKind.WidgetIssued,
            ResponseCode = ResponseCode.Success,
            ResponseMessage = "",
            WidgetUrl = new Secret(Answers.WidgetUrl),
        };
        Assert.Equal("WidgetIssued 2000000", result.ToString());
        Assert.DoesNotContain("81295288912", result + JsonSerializer.Serialize(result), StringComparison.Ordinal);
    }

    [Fact]
    public void The_Text_Of_A_Notification_Is_Its_Reference_Alone()
    {
        var reading = KycNotificationReader.Read(Sample.NotificationRequest);
        var notification = reading.Notification;
        Assert.Equal($"KycNotification {Requests.Reference}", notification!.ToString());
        Assert.Equal($"KycNotificationReading {Requests.Reference} None", reading.ToString());
        var json = JsonSerializer.Serialize(notification, Relaxed);
        Assert.DoesNotContain("81295288912", json, StringComparison.Ordinal);
        Assert.DoesNotContain("because", json, StringComparison.Ordinal);
    }
}
