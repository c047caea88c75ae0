using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>
/// Secrets are compared in fixed time. These tests read the source code, because measuring the time would
/// take days.
/// </summary>
public sealed partial class FixedTimeTests
{
    /// <summary>File, method, and whether it compares several secrets.</summary>
    [Theory]
    [InlineData("Security/ApiKeyRing.cs", "public ApiKeyEntry? Find(", true)]
    [InlineData("Callbacks/CallbackAuthenticator.cs", "private IReadOnlyList<Merchant> MerchantsOf(string token)", true)]
    [InlineData("Storage/LookupHash.cs", "public bool Matches(", false)]
    [InlineData("Storage/Paging.cs", "public PagePosition? Read(", false)]
    public void A_Secret_Is_Compared_By_The_Fixed_Time_Comparison_Alone(string file, string signature, bool several)
    {
        var method = Method(Code(file), signature);

        Assert.Contains("CryptographicOperations.FixedTimeEquals(", method, StringComparison.Ordinal);
        if (!several)
            return;
        // One loop over all secrets, without an early exit.
        var loop = method[method.IndexOf("foreach (", StringComparison.Ordinal)..];
        Assert.DoesNotMatch(WayOut(), loop[..loop.LastIndexOf("return ", StringComparison.Ordinal)]);
        Assert.Single(Returns().Matches(method));
        Assert.DoesNotContain("&&", loop, StringComparison.Ordinal);
        Assert.DoesNotContain("||", loop, StringComparison.Ordinal);
    }

    /// <summary>No other code compares the secrets: the fields that hold them are used in no other comparison.</summary>
    [Theory]
    [InlineData("Security/ApiKeyRing.cs", "keys")]
    [InlineData("Callbacks/CallbackAuthenticator.cs", "tokens")]
    public void No_Other_Line_Compares_Them(string file, string field)
    {
        var lines = Code(file).Split('\n')
            .Where(line => Regex.IsMatch(line, $@"\b{field}\b", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1))).ToList();

        Assert.Contains(lines, line => line.Contains("foreach (", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotMatch(OtherComparison(), line));
    }

    /// <summary>Keys are hashed before the comparison, so that right, wrong, short and long keys take the same time.</summary>
    [Fact]
    public void An_Api_Key_Is_Hashed_Before_It_Is_Compared()
    {
        var method = Method(Code("Security/ApiKeyRing.cs"), "public ApiKeyEntry? Find(");

        Assert.True(method.IndexOf("SHA256.HashData(", StringComparison.Ordinal) < method.IndexOf("foreach (", StringComparison.Ordinal));
        Assert.DoesNotContain("if (", method[..method.IndexOf("foreach (", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    /// <summary>Shows that the test above can fail.</summary>
    [Theory]
    [InlineData("foreach (var expected in tokens)\n if (CryptographicOperations.FixedTimeEquals(a, expected))\n return true;\n ")]
    [InlineData(
        "foreach (var expected in tokens)\n { known |= CryptographicOperations.FixedTimeEquals(a, expected); if (known) break; }\n ")]
    public void A_Way_Out_Of_The_Loop_Is_Seen(string loop) => Assert.Matches(WayOut(), loop);

    private static string Code(string file) =>
        SourceTree.Code("Finpay.Linkage.Api").Single(one => one.Name.EndsWith("/" + file, StringComparison.Ordinal)).Text;

    // From the method's signature to the closing line with the same indentation.
    private static string Method(string code, string signature)
    {
        var from = code.IndexOf(signature, StringComparison.Ordinal);
        Assert.True(from >= 0, $"There is no «{signature}» any more: which method compares now?");
        var text = code[from..];
        return text.IndexOf("\n    }", StringComparison.Ordinal) is var end and > 0
            && text.IndexOf('{', StringComparison.Ordinal) < text.IndexOf(';', StringComparison.Ordinal)
            ? text[..end]
            : text[..(text.IndexOf(';', StringComparison.Ordinal) + 1)];
    }

    [GeneratedRegex(
        @"\b(return|break|continue|goto|throw|yield)\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex WayOut();

    [GeneratedRegex(@"\breturn\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Returns();

    [GeneratedRegex(
        @"\.Contains\(|\.Equals\(|==|SequenceEqual\((?!keys)|IndexOf\(|StartsWith\(|\.Any\(|\.Find\(",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex OtherComparison();
}
