using System.Text.Json.Nodes;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>The lengths of Finnet's field table are enforced: a value at the limit passes, one beyond it is refused.</summary>
public sealed class FieldRulesTests
{
    [Fact]
    public async Task Limits_Are_Enforced_To_The_Character()
    {
        await using var host = new ApiHost();
        foreach (var field in WidgetFields.Documented.Fields.Where(
            field => field.Request != "settings" && (field.Min ?? field.Max) is not null))
        {
            if (field.Min is { } min)
            {
                Assert.Equal((field.Name, true), (field.Name, await IsTakenAsync(host, field.Name, min)));
                Assert.Equal((field.Name, false), (field.Name, await IsTakenAsync(host, field.Name, min - 1)));
            }

            Assert.Equal((field.Name, true), (field.Name, await IsTakenAsync(host, field.Name, field.Max!.Value)));
            Assert.Equal((field.Name, false), (field.Name, await IsTakenAsync(host, field.Name, field.Max.Value + 1)));
        }
    }

    [Fact]
    public void The_Merchants_Own_Limit_Is_Enforced_On_The_Setting()
    {
        var max = WidgetFields.Documented["merchantId"].Max!.Value;

        Assert.False(IsWrong(max));
        Assert.True(IsWrong(max + 1));

        static bool IsWrong(int length) => new FinnetOptionsValidator()
            .Validate(null, new FinnetOptions { MerchantId = new string('A', length) }).Failures!
            .Any(failure => failure.StartsWith("Finnet:MerchantId:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_A_Request_Must_Have_Is_Asked_For_And_Nothing_Else()
    {
        await using var host = new ApiHost();
        foreach (var field in WidgetFields.Documented.Fields.Where(field => field.Request != "settings"))
        {
            var request = JsonNode.Parse(Samples.Documented)!.AsObject();
            Parent(request, field.Name).Remove(field.Name.Split('.')[^1]);
            request["partnerReferenceNo"] = field.Name == "partnerReferenceNo" ? null : $"without-{field.Name}";
            if (field.Request == "optional")
                host.Finnet.Issues();

            var answer = await host.Merchant.CreateAsync(request.ToJsonString());

            Assert.Equal((field.Name, field.Request == "required" ? 400 : 201), (field.Name, answer.Status));
            Assert.Equal(field.Request == "required" ? [field.Name] : [], answer.WrongFields);
        }
    }

    [Fact]
    public void Every_Mandatory_Field_Comes_From_The_Request_Or_The_Settings() => Assert.All(
        WidgetFields.Documented.Fields.Where(field => field.Need == "M" && field.Request == "optional"),
        field => Assert.Equal("partnerReferenceNo", field.Name));

    private static async Task<bool> IsTakenAsync(ApiHost host, string name, int length)
    {
        var request = JsonNode.Parse(Samples.Documented)!.AsObject();
        request["partnerReferenceNo"] = $"length-of-{name}-{length}";
        Parent(request, name)[name.Split('.')[^1]] = name == "phoneNo" ? "628".PadRight(length, '1') : new string('7', length);
        host.Finnet.Issues();
        var before = host.Finnet.Sent.Count;

        var answer = await host.Merchant.CreateAsync(request.ToJsonString());

        Assert.Equal(answer.Status == 201 ? [] : [name], answer.WrongFields);
        Assert.Equal(answer.Status == 201 ? before + 1 : before, host.Finnet.Sent.Count);
        return answer.Status == 201;
    }

    private static JsonObject Parent(JsonObject request, string name) =>
        name.Split('.')[..^1].Aggregate(request, (node, member) => node[member]!.AsObject());
}
