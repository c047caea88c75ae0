namespace Finpay.Linkage.Api.OpenApi;

/// <summary>Example bodies. Finnet's samples are those of its documentation, with photos in place of ellipses.</summary>
internal static class OpenApiExamples
{
    public const string Reference = "202411011441000012";

    // A real photo of 32×20 pixels, so that «Try it out» works as it stands.
    private const string Photo = "data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAAUACADASIAAhEBAxEB/8QAGAABAQADAAAAAAAAAAAAAAAAAAQCAwX/xAAhEAABAwQDAAMAAAAAAAAAAAABAAIDBBETUQUSYSIxMv/EABcBAAMBAAAAAAAAAAAAAAAAAAADBAH/xAAXEQADAQAAAAAAAAAAAAAAAAAAAQIh/9oADAMBAAIRAxEAPwCtspc4Nbck/QCzlyQ2yNLbqTj6yOGqDpfyRa+ldyldAafHG9sjnEH4m9lVV0rUpYTzEuW29NGb1M3q52b1M3qcKIe52nc7REGjudp3O0RAH//Z";

    public const string CreateMinimal = """{ "phoneNo": "081295288912" }""";

    public const string CreateDocumented = $$"""
        {
          "partnerReferenceNo": "202411011441000012",
          "phoneNo": "6281295288912",
          "redirectFinalUrl": "https://shop.example/upgraded",
          "images": {
            "ktp": { "base64": "{{Photo}}", "isEditable": false },
            "selfie": { "base64": "{{Photo}}", "isEditable": true }
          },
          "personalData": {
            "kkNumber": "3273012501120007",
            "biologicalMotherName": "Siti Aminah",
            "nationality": "ID",
            "email": "budi.santoso@email.com"
          }
        }
        """;

    public const string WidgetIssued = """
        {
          "partnerReferenceNo": "202411011441000012",
          "status": "widgetIssued",
          "widgetUrl": "https://demos.finnet.co.id/mob-dev/widget/prem?phone=6281295288912&uuid=04667364-ef55-46c6-9006-8c99388e4cdd",
          "expiryTime": "2024-11-01T07:01:10+00:00",
          "expired": false,
          "createdAt": "2024-11-01T06:01:09.412+00:00",
          "updatedAt": "2024-11-01T06:01:10.033+00:00"
        }
        """;

    public const string Approved = """
        {
          "partnerReferenceNo": "202411011441000012",
          "status": "approved",
          "createdAt": "2024-11-01T06:01:09.412+00:00",
          "updatedAt": "2024-11-01T06:09:44.180+00:00"
        }
        """;

    public const string WithHistory = """
        {
          "partnerReferenceNo": "202411011441000012",
          "status": "rejected",
          "createdAt": "2024-11-01T06:01:09.412+00:00",
          "updatedAt": "2024-11-01T06:09:44.180+00:00",
          "history": [
            { "at": "2024-11-01T06:01:10.033+00:00", "status": "widgetIssued", "source": "finnetResponse", "responseCode": "2000000", "message": "Request has been processed successfully" },
            { "at": "2024-11-01T06:09:44.180+00:00", "status": "rejected", "source": "kycNotification", "message": "Your KYC has been rejected because…" }
          ]
        }
        """;

    public const string Redaction = """
        { "partnerReferenceNo": "202411011441000012", "redactedAt": "2026-11-01T06:09:44.180+00:00", "historyEntries": 1, "notifications": 1 }
        """;

    public const string AuditPage = """
        { "items": [ { "id": "0192e6c5-1a2b-7c3d-8e4f-5a6b7c8d9e0f", "at": "2026-11-01T06:09:44.180+00:00", "actor": "operators", "action": "redact", "partnerReferenceNo": "202411011441000012" } ] }
        """;

    public const string UpgradePage = $$"""{ "items": [ {{Approved}} ], "nextCursor": "AAABk1x…" }""";

    public const string Search = """{ "phoneNo": "081295288912", "limit": 50 }""";

    public const string Notification = """
        {
          "id": "0192e6c5-1a2b-7c3d-8e4f-5a6b7c8d9e0f",
          "receivedAt": "2024-11-01T06:09:44.180+00:00",
          "lastReceivedAt": "2024-11-01T06:09:44.180+00:00",
          "deliveries": 1,
          "kycResponse": "KYC Rejected",
          "kycMessage": "Your KYC has been rejected because…",
          "partnerReferenceNo": "202411011441000012",
          "merchantId": "AGREE170724",
          "disposition": "applied",
          "evidence": { "passed": [ "pathToken" ], "observed": [ { "rung": "snapSignature", "passed": false, "reason": "signatureMissing" } ], "referenceKnown": true, "phoneMatches": true, "merchantMatches": true }
        }
        """;

    public const string Diagnose = """
        {
          "path": "/callbacks/finnet/kyc",
          "headers": {
            "X-TIMESTAMP": "2024-11-01T13:09:44+07:00",
            "X-SIGNATURE": "bm90IGEgc2lnbmF0dXJl…",
            "X-EXTERNAL-ID": "41807553358950093184162180797837"
          },
          "bodyBase64": "eyJreWNSZXNwb25zZSI6IktZQyBBcHByb3ZlZCJ9",
          "receivedAt": "2024-11-01T06:09:45Z"
        }
        """;

    public const string Diagnosis = """
        {
          "passes": false,
          "recipe": "BodyBound",
          "key": "current",
          "time": "fresh",
          "differences": [
            {
              "part": "body",
              "found": "slashesEscaped",
              "advice": "The body that was signed is written differently: find what rewrites it on its way (a proxy, a firewall, or the tool that captured it), or ask Finnet to sign the bytes that it sends."
            }
          ]
        }
        """;

    public const string NotificationPage = $$"""{ "items": [ {{Notification}} ] }""";

    public const string Healthy = """{ "status": "healthy" }""";

    public const string Unhealthy = """{ "status": "unhealthy" }""";

    public const string CallbackSample = """
        {
          "kycResponse": "KYC Rejected",
          "kysMessage": "Your KYC has been rejected because…",
          "partnerReferenceNo": "202411011441000012",
          "phoneNo": "6281295288912",
          "merchantId": "AGREE170724"
        }
        """;

    public const string CallbackTable = """
        {
          "kycResponse": "KYC Approved",
          "kycMessage": "Congratulations, your account is Premium now",
          "partnerReferenceNo": "202411011441000012",
          "phoneNo": "6281295288912",
          "merchantId": "AGREE170724"
        }
        """;
}
