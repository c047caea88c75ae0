using static Finpay.Linkage.Finnet.ResponseCodeSource;

namespace Finpay.Linkage.Finnet;

/// <summary>Finnet's codes in English and Bahasa Indonesia, for <see cref="ResponseCode.Explain"/> and docs/finnet-codes.md.</summary>
/// <remarks>
/// Source: docs/finnet-contract.md. The product's own four codes apply to its own service digits only; all of Finnet's services share the
/// cases of the errors.
/// </remarks>
public static class ResponseCodeTable
{
    /// <summary>All lines, the most specific first: the first that fits a code explains it. The last go by the HTTP digits only.</summary>
    public static IReadOnlyList<ResponseCodeMeaning> All { get; } =
    [
        Line("2000000", ProductPages, "Request has been processed successfully",
            "Finnet has processed the request and issued the widget.",
            "Permintaan telah diproses dan widget telah diterbitkan.",
            "Send the customer to widgetUrl before expiryTime; without a usable widgetUrl, repeat the request with the same reference.",
            "Arahkan pelanggan ke widgetUrl sebelum expiryTime; jika widgetUrl tidak dapat digunakan, ulangi permintaan dengan "
            + "referensi yang sama."),
        Line("2020000", ProductPages, "KYC still on process",
            "The customer's KYC is still in process; no new widget is issued.",
            "Proses KYC pelanggan masih berlangsung; widget baru tidak diterbitkan.",
            "Wait for the notification, or repeat the request with the same reference to ask again.",
            "Tunggu notifikasi dari Finnet, atau ulangi permintaan dengan referensi yang sama untuk menanyakan status terbaru."),
        Line("2000001", ProductPages, "KYC rejected",
            "The customer's KYC was rejected.",
            "KYC pelanggan ditolak.",
            "Tell the customer the reason where Finnet gives one. When to apply again is not published: ask Finnet.",
            "Sampaikan alasan penolakan kepada pelanggan apabila Finnet menyebutkannya. Ketentuan pengajuan ulang tidak "
            + "dipublikasikan; tanyakan kepada Finnet."),
        Line("2000002", ProductPages, "KYC approved",
            "The customer's KYC was approved: the account is Premium.",
            "KYC pelanggan telah disetujui; akun berstatus Premium.",
            "Nothing remains to be done.",
            "Tidak ada tindakan lebih lanjut yang diperlukan."),
        Line("400XX00", OtherFinpayPages, "Bad Request",
            "Finnet can't make sense of the request.",
            "Finnet tidak dapat memahami permintaan ini.",
            "Compare the request with Finnet's field table; unchanged, it will be refused again.",
            "Bandingkan permintaan dengan tabel field dari Finnet; tanpa perubahan, permintaan akan ditolak kembali."),
        Line("400XX01", OtherFinpayPages, "Invalid Field Format {field}",
            "A field has a wrong format; responseMessage names it.",
            "Format salah satu field tidak sesuai; nama field tersebut tercantum dalam responseMessage.",
            "Correct the field and send the request with a new reference. If the field is encrypted, check the encryption key and IV too.",
            "Perbaiki field tersebut, lalu kirim permintaan dengan referensi baru. Jika field tersebut dienkripsi, periksa pula "
            + "kunci enkripsi dan IV."),
        Line("400XX02", OtherFinpayPages, "Invalid Mandatory Field {field}",
            "A mandatory field is missing or empty; responseMessage names it.",
            "Field wajib tidak ada atau kosong; nama field tersebut tercantum dalam responseMessage.",
            "Fill the field in and send the request with a new reference. merchantId and merchantPass come from the settings.",
            "Lengkapi field tersebut, lalu kirim permintaan dengan referensi baru. Nilai merchantId dan merchantPass berasal dari "
            + "pengaturan."),
        Line("401XX00", OtherFinpayPages, "Unauthorized. [reason]",
            "Finnet does not accept who the request claims to come from; responseMessage may give the reason.",
            "Finnet tidak menerima identitas pengirim permintaan; alasannya dapat tercantum dalam responseMessage.",
            "Check merchant ID, password and encryption key; with SNAP headers also client ID, secret, private key, partner ID, "
            + "channel ID and the clock.",
            "Periksa merchant ID, kata sandi, dan kunci enkripsi; jika header SNAP digunakan, periksa pula client ID, client "
            + "secret, kunci privat, partner ID, channel ID, dan jam server."),
        Line("401XX01", OtherFinpayPages, "Invalid Token (B2B)",
            "The B2B access token is invalid or has expired.",
            "Access token B2B tidak valid atau telah kedaluwarsa.",
            "Get a new token and repeat the request. If that does not help, check client ID and private key, then ask Finnet.",
            "Minta token baru, lalu ulangi permintaan. Jika belum berhasil, periksa client ID dan kunci privat, kemudian hubungi Finnet."),
        Line("403XX01", OtherFinpayPages, "Feature Not Allowed",
            "The merchant may not use this service.",
            "Merchant tidak diizinkan menggunakan layanan ini.",
            "Ask Finnet to activate it for the merchant ID.",
            "Minta Finnet mengaktifkan layanan ini untuk merchant ID Anda."),
        Line("403XX04", OtherFinpayPages, "Activity Count Limit Exceeded",
            "The limit on the number of these requests has been exceeded.",
            "Batas jumlah permintaan telah terlampaui.",
            "Ask Finnet about the limit, which is not published; repeat the request when it allows more.",
            "Tanyakan batas tersebut kepada Finnet karena tidak dipublikasikan; ulangi permintaan setelah batas kembali tersedia."),
        Line("404XX08", OtherFinpayPages, "Invalid Merchant",
            "Finnet does not know the merchant, or it is not active.",
            "Merchant tidak terdaftar atau tidak aktif di Finnet.",
            "Check that the merchant ID is right and was issued for this environment.",
            "Pastikan merchant ID sudah benar dan diterbitkan untuk lingkungan (environment) yang digunakan."),
        Line("409XX00", SnapStandard, "Conflict",
            "The X-EXTERNAL-ID was used before on the same day.",
            "X-EXTERNAL-ID yang sama telah digunakan pada hari yang sama.",
            "Repeat the request with a new X-EXTERNAL-ID and the same body; that is safe.",
            "Ulangi permintaan dengan X-EXTERNAL-ID baru dan isi yang sama; tindakan ini aman."),
        Line("409XX01", SnapStandard, "Duplicate partnerReferenceNo",
            "Finnet knows this partnerReferenceNo already.",
            "partnerReferenceNo ini sudah pernah diterima oleh Finnet.",
            "Start again with a new reference. A notification for the old one still counts.",
            "Ajukan permintaan baru dengan referensi baru. Notifikasi untuk referensi lama tetap berlaku."),
        Line("429XX00", SnapStandard, "Too Many Requests",
            "Finnet received too many requests and did not process this one.",
            "Finnet menerima terlalu banyak permintaan dan tidak memproses permintaan ini.",
            "Repeat the request later, and send fewer at a time.",
            "Ulangi permintaan beberapa saat lagi dan kurangi jumlah permintaan yang dikirim bersamaan."),
        Line("500XX00", OtherFinpayPages, "General Error",
            "Finnet failed; the request may have been processed all the same.",
            "Terjadi kesalahan pada sistem Finnet; permintaan mungkin tetap telah diproses.",
            "Repeat the request with the same reference and content to settle it.",
            "Ulangi permintaan dengan referensi dan isi yang sama untuk memastikan hasilnya."),
        Line("504XX00", OtherFinpayPages, "Timeout",
            "Finnet's own systems did not answer in time; the request may have been processed all the same.",
            "Sistem Finnet tidak merespons tepat waktu; permintaan mungkin tetap telah diproses.",
            "Repeat the request with the same reference and content to settle it.",
            "Ulangi permintaan dengan referensi dan isi yang sama untuk memastikan hasilnya."),
        // The same classes as the client's for unknown codes: busy, refused, unclear.
        Line("429XXXX", Inferred, "Busy",
            "Finnet is busy and did not process the request.",
            "Sistem Finnet sedang sibuk dan tidak memproses permintaan ini.",
            "Repeat the request later.",
            "Ulangi permintaan beberapa saat lagi."),
        Line("503XXXX", Inferred, "Busy",
            "Finnet is busy or out of service and did not process the request.",
            "Sistem Finnet sedang sibuk atau tidak tersedia dan tidak memproses permintaan ini.",
            "Repeat the request later.",
            "Ulangi permintaan beberapa saat lagi."),
        Line("4XXXXXX", Inferred, "Refused",
            "Finnet refused the request; this code is not documented.",
            "Finnet menolak permintaan ini; kode tersebut tidak terdokumentasi.",
            "See responseMessage for the cause. If it says too little, ask Finnet and name the code and the reference.",
            "Lihat penyebabnya pada responseMessage. Jika belum jelas, hubungi Finnet dengan menyebutkan kode dan referensi ini."),
        Line("5XXXXXX", Inferred, "Unclear",
            "Finnet failed, and this code is not documented; the request may have been processed all the same.",
            "Terjadi kegagalan pada sistem Finnet dan kode ini tidak terdokumentasi; permintaan mungkin tetap telah diproses.",
            "Repeat the request with the same reference and content to settle it.",
            "Ulangi permintaan dengan referensi dan isi yang sama untuk memastikan hasilnya."),
        Line("XXXXXXX", Inferred, "Unknown",
            "This code is not documented; whether the request was processed is not known.",
            "Kode ini tidak terdokumentasi; belum diketahui apakah permintaan telah diproses.",
            "Repeat the request with the same reference and content to settle it. If the code comes again, ask Finnet.",
            "Ulangi permintaan dengan referensi dan isi yang sama untuk memastikan hasilnya. Jika kode ini muncul kembali, hubungi "
            + "Finnet."),
    ];

    internal static ResponseCodeMeaning Find(ResponseCode code) => All.FirstOrDefault(line => line.Covers(code)) ?? All[^1];

    private static ResponseCodeMeaning Line(
        string pattern, ResponseCodeSource source, string name, string english, string indonesian, string adviceEn, string adviceId)
        => new()
        {
            Pattern = pattern,
            Source = source,
            Name = name,
            Meaning = new BilingualText(english, indonesian),
            Advice = new BilingualText(adviceEn, adviceId),
        };
}
