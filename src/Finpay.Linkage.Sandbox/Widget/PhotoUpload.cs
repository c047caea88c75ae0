using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.Judging;
using Finpay.Linkage.Sandbox.Sessions;

namespace Finpay.Linkage.Sandbox.Widget;

/// <summary>Stores a photo that the customer takes on the page, as if the merchant had sent it.</summary>
internal sealed class PhotoUpload(SessionStore store, SessionFiles files, SandboxClock clock)
{
    /// <summary>The stand-in's own limit; Finnet's is not published (contract, section 5).</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Returns null if the photo was stored.</summary>
    public async Task<PhotoFault?> KeepAsync(Session session, string name, IFormFile? file)
    {
        if (file is null || file.Length == 0)
            return new PhotoFault(name, "photoMissing");

        if (file.Length > MaxBytes)
            return new PhotoFault(name, "photoSize");

        using var buffer = new MemoryStream();
        await file.CopyToAsync(buffer);
        var bytes = buffer.ToArray();
        if (ImageData.TypeOf(bytes) is not { } contentType)
            return new PhotoFault(name, "photoType");

        // Checked inside the update: the session may have been decided, or have expired, during the upload.
        var kept = false;
        store.Update(session.Uuid, current =>
        {
            kept = current.Decision is null && !current.IsExpired(clock.GetUtcNow()) && PhotoContent.MayBeTaken(Image(current, name));
            if (!kept)
                return current;

            files.SaveImage(current.Uuid, name, bytes);
            var image = new PrefilledImage(contentType, IsEditable: true) { ByCustomer = true };
            return current with
            {
                Prefilled = name == "ktp" ? current.Prefilled with { Ktp = image } : current.Prefilled with { Selfie = image },
            };
        });
        return kept ? null : new PhotoFault(name, "photoFixed");
    }

    public static PrefilledImage? Image(Session session, string? name) => name switch
    {
        "ktp" => session.Prefilled.Ktp,
        "selfie" => session.Prefilled.Selfie,
        _ => null,
    };
}
