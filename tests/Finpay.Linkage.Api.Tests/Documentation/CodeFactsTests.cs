using System.Globalization;
using System.Reflection;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>Exactly Finnet's documented codes are constants, are explained, and decide the outcome.</summary>
public sealed class CodeFactsTests
{
    private static readonly DocumentedCodes Documented = Facts.Read<DocumentedCodes>("codes");

    [Fact]
    public void The_Table_Has_Exactly_The_Documented_Codes_With_Their_Sources() => Assert.Equal(
        Documented.Codes.Select(code => (code.Pattern, code.Source)),
        ResponseCodeTable.All.Where(line => line.Source != ResponseCodeSource.Inferred).Select(line => (line.Pattern, Mark(line.Source))));

    [Fact]
    public void What_Finnet_Fills_In_Is_Part_Of_The_Name() => Assert.All(Documented.Codes, code =>
    {
        var name = ResponseCodeTable.All.Single(line => line.Pattern == code.Pattern).Name;
        var start = name.IndexOfAny(['{', '[']);
        Assert.Equal((code.Pattern, code.Names), (code.Pattern, start < 0 ? null : name[start..]));
    });

    [Fact]
    public void The_Constants_Are_The_Documented_Ones()
    {
        var constants = typeof(ResponseCode).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .ToDictionary(property => property.Name, property => property.GetValue(null)!.ToString());

        Assert.Equal(
            Documented.Codes.Where(code => code.Constant is not null).ToDictionary(code => code.Constant!, code => code.ForUpgradeAccount)
                .OrderBy(pair => pair.Key, StringComparer.Ordinal),
            constants.OrderBy(pair => pair.Key, StringComparer.Ordinal)!);
    }

    [Fact]
    public async Task The_Full_Code_Decides()
    {
        foreach (var code in Documented.Codes.Where(code => code.Outcome is not null))
        {
            await using var host = new ApiHost();
            if (code.Outcome == nameof(FinnetAnswerKind.WidgetIssued))
                host.Finnet.Issues();
            else
                host.Finnet.Answers(code.Http, FinnetStub.Body(code.Pattern));

            Assert.Equal(
                (code.Pattern, char.ToLowerInvariant(code.Outcome![0]) + code.Outcome[1..]),
                (code.Pattern, (await host.CreateAsync())["status"]));
        }

        Assert.Equal(
            Enum.GetValues<FinnetAnswerKind>().Where(kind => new FinnetAnswer { Kind = kind }.IsResult)
                .Select(kind => kind.ToString()).Order(StringComparer.Ordinal),
            Documented.Codes.Select(code => code.Outcome).OfType<string>().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_Http_Digits_Are_Those_Of_The_Code() => Assert.All(Documented.Codes, code =>
    {
        Assert.True(ResponseCode.TryParse(code.ForUpgradeAccount, out var read));
        Assert.Equal((code.Http, code.Pattern), (read.HttpStatus, read.Explain().Pattern));
    });

    [Fact]
    public async Task A_Longer_Message_Than_Documented_Is_Cut()
    {
        await using var host = new ApiHost();
        host.Finnet.Answers("4000000", new string('x', Documented.MaxMessageLength + 1));

        var words = (await host.CreateAsync()).Json.GetProperty("finnet");

        Assert.Equal(Documented.MaxMessageLength, words.GetProperty("responseMessage").GetString()!.Length);
        var schema = (await DescribedApi.ReadAsync(host)).Schemas[nameof(FinnetWords)];
        Assert.Equal(Documented.MaxMessageLength, schema.Properties!["responseMessage"].MaxLength);
    }

    [Fact]
    public void The_Contract_Page_Has_Exactly_These_Codes()
    {
        var decisive = Document.Contract.Table("| code | meaning | HTTP |").Select(cells => (Document.Code(cells[0])[0], "S", cells[2]));
        var others = Document.Contract.Table("| code | name | mark |")
            .Select(cells => (Document.Code(cells[0])[0], cells[2], cells[0][1..4]));

        Assert.Equal(
            Documented.Codes.Select(code => (code.Pattern, code.Source, code.Http.ToString(CultureInfo.InvariantCulture))),
            decisive.Concat(others));
    }

    private static string Mark(ResponseCodeSource source) => source switch
    {
        ResponseCodeSource.ProductPages => "S",
        ResponseCodeSource.OtherFinpayPages => "F",
        _ => "B",
    };

    private sealed record DocumentedCodes(string Source, IReadOnlyList<DocumentedCode> Codes, int MaxMessageLength);

    private sealed record DocumentedCode(
        string Pattern, string Source, int Http, string? Constant = null, string? Outcome = null, string? Names = null)
    {
        public string ForUpgradeAccount => Pattern.Replace("XX", "00", StringComparison.Ordinal);
    }
}
