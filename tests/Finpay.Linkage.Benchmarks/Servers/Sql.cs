namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>
/// SQL that inserts millions of rows. Encrypted and hashed columns hold random bytes of the right length, and those
/// that a reader decrypts stay empty: another column holds their bytes.
/// </summary>
internal static class Sql
{
    public const long StartedAt = 1_763_000_000_000;

    public static string InsertWaiting(bool postgres) => $"""
        INSERT INTO upgrades (partner_reference_no, owner, merchant_id, status, fingerprint, phone_no, phone_hash, widget_url,
          widget_expires_at, response_code, may_have_arrived, version, created_at, updated_at)
        SELECT {Reference(postgres, "20261121")}, 'shop', '{Api.Tests.Hosting.TestSettings.MerchantId}', 'widgetIssued',
          {Bytes(postgres, 32)}, {Bytes(postgres, 48)}, phone_hash, {Bytes(postgres, 160)}, {StartedAt} + 1000, '2000000', 0, 2,
          {StartedAt} + 30000000000 + n, {StartedAt} + 30000000000 + n FROM waiting
        """;

    public static string InsertIssued(bool postgres, string numbers, string prefix = "20261121") => $"""
        INSERT INTO upgrade_history (id, partner_reference_no, version, at, status, source, response_code, via_reference)
        SELECT {Id(postgres, 1)}, {Reference(postgres, prefix)}, 2, {StartedAt} + n, 'widgetIssued', 'finnetResponse', '2000000',
          {Text(postgres)} FROM {numbers}
        """;

    public static IEnumerable<string> InsertFinished(bool postgres, long from, long to)
    {
        var numbers = postgres
            ? $"generate_series({from}::bigint, {to}::bigint) AS numbers(n)"
            : $"(WITH RECURSIVE numbers(n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM numbers WHERE n < {to}) SELECT n FROM numbers)";
        const string Prefix = "20260101";
        var merchant = Api.Tests.Hosting.TestSettings.MerchantId;
        yield return $"""
            INSERT INTO upgrades (partner_reference_no, owner, merchant_id, status, fingerprint, phone_no, phone_hash, response_code,
              may_have_arrived, version, created_at, updated_at)
            SELECT {Reference(postgres, Prefix)}, 'shop', '{merchant}', 'approved', {Bytes(postgres, 32)}, {Bytes(postgres, 48)},
              {Bytes(postgres, 32)}, '2000000', 0, 3, {StartedAt} + n * 1000, {StartedAt} + n * 1000 FROM {numbers}
            """;
        yield return InsertIssued(postgres, numbers, Prefix);
        yield return $"""
            INSERT INTO notifications (id, dedupe_key, received_at, last_received_at, deliveries, partner_reference_no, merchant_id,
              kyc_response, phone_hash, disposition, evidence, raw)
            SELECT {Id(postgres, 2)}, {Bytes(postgres, 32)}, {StartedAt} + n * 1000, {StartedAt} + n * 1000, 1,
              {Reference(postgres, Prefix)}, '{merchant}', 'KYC Approved', {Bytes(postgres, 32)}, 'applied',
              '{EvidenceOfOne}', {Bytes(postgres, 304)} FROM {numbers}
            """;
        yield return $"""
            INSERT INTO upgrade_history (id, partner_reference_no, version, at, status, source, notification_id)
            SELECT {Id(postgres, 3)}, {Reference(postgres, Prefix)}, 3, {StartedAt} + n * 1000, 'approved', 'kycNotification',
              {Id(postgres, 2)} FROM {numbers}
            """;
    }

    /// <summary>For a million that were a second apart.</summary>
    public static readonly string SpreadOver92Days = $"""
        UPDATE upgrades SET created_at = {StartedAt} + (created_at - {StartedAt}) * 79 / 10,
          updated_at = {StartedAt} + (created_at - {StartedAt}) * 79 / 10 + created_at / 1000 * 7919 % 86400000,
          status = CASE created_at / 1000 % 10 WHEN 0 THEN 'rejected' WHEN 1 THEN 'widgetIssued' ELSE 'approved' END
        WHERE status = 'approved'
        """;

    /// <summary>Of all that are approved.</summary>
    public static string InsertPendingEvents(string endpoint) => $"""
        INSERT INTO event_deliveries (id, event_id, type, endpoint, partner_reference_no, status, version, position, at, state,
          next_attempt_at, created_at)
        SELECT id, 'evt_' || replace(id, '-', ''), 'account_upgrade.approved', '{endpoint}', partner_reference_no, status, version,
          2 * version, at, 'pending', at, at FROM upgrade_history WHERE status = 'approved'
        """;

    private const string EvidenceOfOne = """{"passed":["pathToken"],"referenceKnown":true,"phoneMatches":true,"merchantMatches":true}""";

    private static string Reference(bool postgres, string prefix) =>
        postgres ? $"'{prefix}' || lpad(n::text, 12, '0')" : $"'{prefix}' || printf('%012d', n)";

    // Like UUIDs of version 7, ids begin with their time in milliseconds.
    private static string Id(bool postgres, int kind)
    {
        var time = $"({StartedAt} + n * 1000)";
        var (hexTime, hexNumber) = postgres
            ? ($"lpad(to_hex({time}), 12, '0')", "lpad(to_hex(n), 12, '0')")
            : ($"printf('%012x', {time})", "printf('%012x', n)");
        return $"substr({hexTime}, 1, 8) || '-' || substr({hexTime}, 9, 4) || '-7000-800{kind}-' || {hexNumber}";
    }

    private static string Text(bool postgres) => postgres ? "md5(random()::text) || md5(random()::text)" : "hex(randomblob(32))";

    private static string Bytes(bool postgres, int length) =>
        postgres ? $"decode(repeat(md5(random()::text), {length / 16}), 'hex')" : $"randomblob({length})";
}
