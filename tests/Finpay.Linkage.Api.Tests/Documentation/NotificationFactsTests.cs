using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Finpay.Linkage.Api.Callbacks;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>The notification's fields and our answers to it.</summary>
public sealed class NotificationFactsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly NotificationFacts Documented = Facts.Read<NotificationFacts>("notification");

    [Fact]
    public void The_Reader_Knows_Exactly_The_Documented_Fields()
    {
        var known =
            (string[])typeof(KycNotificationReader).GetField("Fields", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;

        Assert.Equal(Documented.Fields.SelectMany(field => field.Spellings).Order(), known.Order());
    }

    [Fact]
    public void A_Required_Field_Is_Asked_For_By_Name_And_Another_May_Be_Missing() => Assert.All(Documented.Fields, field =>
    {
        var reading = KycNotificationReader.Read(Body(body => body.Remove(field.Name)));

        Assert.Equal(
            field.Required ? (KycNotificationProblem.InvalidMandatoryField, field.Name) : (KycNotificationProblem.None, null),
            (reading.Problem, reading.Field));
    });

    [Fact]
    public void A_Field_May_Be_A_Number_And_Only_A_Required_One_Refuses_Another_Type() => Assert.All(Documented.Fields, field =>
    {
        foreach (var name in field.Spellings)
        {
            var (number, flag) = (KycNotificationReader.Read(Body(body => body[name] = 7)), KycNotificationReader.Read(
                Body(body => body[name] = true)));

            Assert.Equal((KycNotificationProblem.None, null), (number.Problem, number.Field));
            Assert.Equal(
                field.Required ? (KycNotificationProblem.InvalidFieldFormat, name) : (KycNotificationProblem.None, null),
                (flag.Problem, flag.Field));
        }
    });

    [Fact]
    public void Finnets_Own_Sample_Is_Read_And_Has_The_Documented_Fields()
    {
        using var sample = JsonDocument.Parse(Facts.Sample("notification-request"));

        Assert.Equal(
            Documented.Fields.Select(field => field.AlsoSpelt ?? field.Name),
            sample.RootElement.EnumerateObject().Select(member => member.Name));
        var notification = KycNotificationReader.Read(Facts.Sample("notification-request")).Notification;
        Assert.Equal(
            (KycOutcome.Rejected, sample.RootElement.GetProperty("kysMessage").GetString()),
            (notification!.Outcome, notification.KycMessage.Reveal()));
        var example = JsonNode.Parse(Embedded.Text("examples/callback-sample.json"));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Facts.Sample("notification-request")), example));
    }

    [Fact]
    public void The_Documented_Words_Have_Their_Outcome()
    {
        Assert.All(Documented.Outcomes, word => Assert.Equal(word.Value, KycOutcomes.Read(word.Key).ToString()));
        Assert.Equal(
            Enum.GetNames<KycOutcome>().Where(name => name != nameof(KycOutcome.Unknown)).ToHashSet(),
            Documented.Outcomes.Values.ToHashSet());
    }

    [Fact]
    public void A_Reference_May_Be_As_Long_As_Documented()
    {
        Assert.Equal(KycNotificationProblem.None, Read(Documented.MaxReferenceLength));
        Assert.Equal(KycNotificationProblem.InvalidFieldFormat, Read(Documented.MaxReferenceLength + 1));

        static KycNotificationProblem Read(int length) =>
            KycNotificationReader.Read(Body(body => body["partnerReferenceNo"] = new string('r', length))).Problem;
    }

    [Fact]
    public async Task The_Schema_Has_The_Documented_Fields()
    {
        var schema = (await DescribedApi.ReadAsync(host)).Schemas[nameof(KycNotificationBody)];

        Assert.Equal(Documented.Fields.SelectMany(field => field.Spellings).ToHashSet(), schema.Properties!.Keys.ToHashSet());
        Assert.Equal(
            Documented.Fields.Where(field => field.Required).Select(field => field.Name).ToHashSet(), schema.Required!.ToHashSet());
        Assert.Equal(Documented.MaxReferenceLength, schema.Properties["partnerReferenceNo"].MaxLength);
    }

    [Fact]
    public void Our_Answers_Are_The_Documented_Ones()
    {
        var replies = typeof(CallbackReply).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => field.GetValue(null)).OfType<CallbackReply>()
            .Append(CallbackReply.InvalidFieldFormat("{field}")).Append(CallbackReply.InvalidMandatoryField("{field}"));

        Assert.Equal(
            Documented.Answers.Select(answer => (answer.Code, answer.Message)).OrderBy(answer => answer.Code, StringComparer.Ordinal),
            replies.Select(reply => (reply.ResponseCode, reply.ResponseMessage))
                .OrderBy(reply => reply.ResponseCode, StringComparer.Ordinal));
        Assert.Empty(Documented.NotYetAnswers.Intersect(replies.Select(reply => reply.ResponseCode), StringComparer.Ordinal));
        using var sample = JsonDocument.Parse(
            Facts.Sample("notification-response"), new JsonDocumentOptions { AllowTrailingCommas = true });
        Assert.Equal(
            (CallbackReply.Taken.ResponseCode, CallbackReply.Taken.ResponseMessage),
            (sample.RootElement.GetProperty("responseCode").GetString(), sample.RootElement.GetProperty("responseMessage").GetString()));
    }

    [Fact]
    public void The_Pages_Say_The_Same()
    {
        Assert.Equal(
            Documented.Answers,
            Document.Api.Table("| code | message | when |").Select(cells => new NotificationAnswer(Document.Code(cells[0])[0], cells[1])));
        var members = Document.Contract.Table("| member | rule |")
            .Select(cells => (Name: Document.Code(cells[0])[0], Words: Document.Code(cells[1]))).ToList();
        Assert.Equal(Documented.Fields.Select(field => field.Name), members.Select(member => member.Name));
        Assert.Equal(Documented.Outcomes.Keys, members[0].Words);
        Assert.Equal(
            Documented.Fields.Select(field => field.AlsoSpelt).OfType<string>(),
            members.Single(member => member.Name == "kycMessage").Words);
    }

    private static byte[] Body(Action<JsonObject> change)
    {
        var body = JsonNode.Parse(Calls.Notification("KYC Approved"))!.AsObject();
        change(body);
        return JsonSerializer.SerializeToUtf8Bytes(body);
    }

    private sealed record NotificationFacts(
        string Source,
        IReadOnlyList<NotificationField> Fields,
        IReadOnlyDictionary<string, string> Outcomes,
        int MaxReferenceLength,
        IReadOnlyList<NotificationAnswer> Answers,
        IReadOnlyList<string> NotYetAnswers);

    private sealed record NotificationField(string Name, bool Required, string? AlsoSpelt = null)
    {
        public IEnumerable<string> Spellings => AlsoSpelt is null ? [Name] : [Name, AlsoSpelt];
    }

    private sealed record NotificationAnswer(string Code, string Message);
}
