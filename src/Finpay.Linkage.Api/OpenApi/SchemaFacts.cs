using Finpay.Linkage.Api.Callbacks;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Finpay.Linkage.Api.OpenApi;

/// <summary>Puts what the validators enforce into the schemas: Finnet's field table (contract section 1) as far as a schema can say it.</summary>
internal sealed class SchemaFacts : ISchemaFilter
{
    // The forms that PhoneNumber reads; with country code 10 to 15 digits.
    private static readonly string PhonePattern = $"^(\\+62|0062|62|0)?8[0-9]{{{PhoneNumber.MinLength - 3},{PhoneNumber.MaxLength - 3}}}$";

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Properties: { } properties } own)
            return;
        if (context.Type == typeof(CreateUpgradeRequest))
        {
            Text("partnerReferenceNo", CreateUpgradeValidator.MinReferenceLength, CreateUpgradeValidator.MaxReferenceLength, "^[A-Za-z0-9._-]+$");
            Text("phoneNo", pattern: PhonePattern);
            Text("redirectFinalUrl", max: CreateUpgradeValidator.MaxUrlLength).Format = "uri";
            Require("phoneNo");
        }
        else if (context.Type == typeof(CreateUpgradeRequest.ImagePart))
        {
            Require("base64", "isEditable");
        }
        else if (context.Type == typeof(CreateUpgradeRequest.PersonalDataPart))
        {
            Text("kkNumber", FamilyCardNumber.Length, FamilyCardNumber.Length, "^[0-9]+$");
            Text("biologicalMotherName", 1, CreateUpgradeValidator.MaxNameLength);
            Text("nationality", pattern: "^(WNI|WNA|ID|IDN|Indonesia)$");
            Text("email", max: CreateUpgradeValidator.MaxEmailLength).Format = "email";
        }
        else if (context.Type == typeof(SearchRequest))
        {
            Text("phoneNo", pattern: PhonePattern);
            Require("phoneNo");
        }
        else if (context.Type == typeof(KycNotificationBody))
        {
            Text("partnerReferenceNo", 1, KycNotification.MaxReferenceLength);
            Text("kycResponse", 1);
            Text("merchantId", 1);
        }
        else if (context.Type == typeof(LinkageProblem))
        {
            // No enum: a kind may be added, and a client must take one that it does not know.
            Text("type").Description = "A stable name of the kind of problem; more kinds may come. Known ones: "
                + string.Join(", ", ProblemKind.All.Select(kind => $"`{kind.Type}`")) + ".";
            own.AdditionalPropertiesAllowed = true;
        }
        else if (context.Type == typeof(FinnetWords))
        {
            Text("responseCode", 7, 7, "^[0-9]+$");
            Text("responseMessage", max: 150);
            Require("responseCode", "explanation");
        }
        else if (context.Type == typeof(CodeExplanation))
        {
            Require("en", "id");
        }
        else if (context.Type == typeof(CallbackReply))
        {
            Text("responseCode", 7, 7, "^[0-9]+$");
            Text("responseMessage", max: 150);
            Require("responseCode", "responseMessage");
        }

        OpenApiSchema Text(string name, int? min = null, int? max = null, string? pattern = null)
        {
            var property = (OpenApiSchema)properties[name];
            (property.MinLength, property.MaxLength, property.Pattern) = (min, max, pattern);
            return property;
        }

        void Require(params ReadOnlySpan<string> names)
        {
            own.Required ??= new HashSet<string>(StringComparer.Ordinal);
            foreach (var name in names)
            {
                own.Required.Add(name);
                if (properties[name] is OpenApiSchema property)
                    property.Type &= ~JsonSchemaType.Null;
            }
        }
    }
}
