using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Finpay.Linkage.Sandbox.Judging;

/// <summary>
/// Reads a widget request as strictly as the contract allows. It shares no code with the product, so that it is an independent check.
/// </summary>
internal sealed class Judge(string merchantId, string merchantPassword, FieldDecryption decryption)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public Verdict Examine(string? contentType, ReadOnlyMemory<byte> body)
    {
        var verdict = new Verdict();
        if (FieldChecks.ContentType(contentType) is { } wrongType)
            verdict.Add(Problem.Format("Content-Type", wrongType));

        try
        {
            StrictUtf8.GetCharCount(body.Span);
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind is JsonValueKind.Object)
                ReadObject(document.RootElement, "", verdict);
            else
                verdict.Add(Problem.NotJson("the body is not a JSON object"));
        }
        catch (DecoderFallbackException)
        {
            verdict.Add(Problem.NotJson("the body is not UTF-8"));
        }
        catch (JsonException e)
        {
            verdict.Add(Problem.NotJson($"the body is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine}"));
        }
        catch (InvalidOperationException)
        {
            verdict.Add(Problem.NotJson("the name of a member has half a surrogate pair"));
        }

        CheckMerchant(verdict);
        return verdict;
    }

    private void CheckMerchant(Verdict verdict)
    {
        if (verdict["merchantId"] is { } id && id != merchantId)
            verdict.Add(Problem.WrongMerchant());

        if (verdict["merchantPass"] is not { } password)
            return;

        verdict.MerchantPass = password == merchantPassword ? "(matches)" : "(wrong)";
        if (password != merchantPassword)
            verdict.Add(Problem.WrongPassword());
    }

    private void ReadObject(JsonElement element, string path, Verdict verdict)
    {
        var rules = FieldTable.ChildrenOf(path).ToDictionary(rule => rule.Name, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var memberPath = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (!seen.Add(member.Name))
                verdict.Add(Problem.Format(memberPath, "is there twice"));
            else if (rules.TryGetValue(member.Name, out var rule))
                ReadMember(member.Value, rule, verdict);
            else
                verdict.Add(Problem.Format(memberPath, "is not a field of this service"));
        }

        if (path.Length > 0 && seen.Count == 0)
            verdict.Add(Problem.Format(path, "is empty: an object without members is left out"));

        foreach (var rule in rules.Values.Where(rule => rule.Need is not Need.Optional && !seen.Contains(rule.Name)))
            verdict.Add(Problem.Missing(rule.Path));
    }

    private void ReadMember(JsonElement value, FieldRule rule, Verdict verdict)
    {
        var kind = value.ValueKind is JsonValueKind.False ? JsonValueKind.True : value.ValueKind;
        if (kind is JsonValueKind.Null)
            verdict.Add(Problem.Format(rule.Path, "is null: a member without a value is left out"));
        else if (kind != rule.Kind)
            verdict.Add(Problem.Format(rule.Path, $"is of the wrong JSON type: {value.ValueKind}"));
        else if (kind is JsonValueKind.Object)
            ReadObject(value, rule.Path, verdict);
        else if (kind is JsonValueKind.True)
            verdict.Read(rule.Path, value.GetBoolean() ? "true" : "false");
        else
            ReadString(value, rule, verdict);
    }

    private void ReadString(JsonElement element, FieldRule rule, Verdict verdict)
    {
        if (TextOf(element) is not { } value)
        {
            verdict.Add(Problem.Format(rule.Path, "has half a surrogate pair"));
            return;
        }

        if (value.Length == 0)
        {
            verdict.Add(rule.Need is Need.Optional ? Problem.Format(rule.Path, "is empty") : Problem.Missing(rule.Path));
            return;
        }

        // Contract, JSON traps: \u002B in a Base64 value shows that the writer uses the default encoder, which is wrong.
        if ((rule.Encrypted || rule.Name == "base64") && JsonMarshal.GetRawUtf8Value(element).Contains((byte)'\\'))
            verdict.Add(Problem.Format(rule.Path, "has escaped characters in a Base64 value"));

        if (rule.Encrypted && !FieldDecryption.IsCiphertext(value))
        {
            verdict.Add(Problem.Format(rule.Path, "is not AES-128 ciphertext in Base64"));
            return;
        }

        var clear = rule.Encrypted ? decryption.TryDecrypt(value) : value;
        if (clear is not null)
            verdict.Read(rule.Path, clear);

        // A password that can't be decrypted is a wrong password to Finnet, not a wrong format.
        if (rule.Name == "merchantPass")
            verdict.Read(rule.Path, clear ?? "");
        else if (clear is null)
            verdict.Add(Problem.Format(rule.Path, "does not decrypt with the merchant's key"));
        else if (clear.Length < rule.Min || (rule.Max > 0 && clear.Length > rule.Max))
            verdict.Add(Problem.Format(rule.Path, $"has {clear.Length} characters"));
        else if (rule.Check?.Invoke(clear) is { } problem)
            verdict.Add(Problem.Format(rule.Path, problem));
    }

    private static string? TextOf(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
