using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Tests.Documentation;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Events;

/// <summary>The receivers of docs/events.md verify what the service sends, and nothing else.</summary>
public sealed class DocumentedReceiverTests : IDisposable
{
    private readonly EventReceiver receiver = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("linkage-receiver-");

    public void Dispose()
    {
        receiver.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_Receiver_In_CSharp_Takes_What_Is_Authentic()
    {
        var message = await SentAsync();
        var now = ManualClock.Start;

        Assert.True(Check(EventReceiver.Secret, message, now));
        Assert.True(Check(EventReceiver.NextSecret, message, now.AddMinutes(4)));
        Assert.False(Check(EventReceiver.Secret, message, now.AddMinutes(6)));
        Assert.False(Check(EventReceiver.Secret, message with { Body = [.. message.Body, (byte)' '] }, now));
        Assert.False(Check(EventReceiver.Secret, message with { Id = message.Id + "0" }, now));
        Assert.False(Check("whsec_" + Convert.ToBase64String(new byte[24]), message, now));

        static bool Check(string secret, ReceivedMessage one, DateTimeOffset now) =>
            IsAuthentic(secret, one.Id, one.Timestamp, one.Signature, one.Body, now);
    }

    [Fact]
    public void The_Page_Has_The_Receiver_That_Is_Tested()
    {
        var page = Receiver("C#");
        var tested = File.ReadAllText(
            Path.Combine(SourceTree.Root, "tests/Finpay.Linkage.Api.Tests/Events/DocumentedReceiverTests.cs"));
        var begin = tested.LastIndexOf("private static bool IsAuthentic", StringComparison.Ordinal);
        var end = tested.IndexOf("    // End", begin, StringComparison.Ordinal);

        Assert.Equal(Plain(page), Plain(tested[(begin + "private ".Length)..end]));

        // Without its indentation and the culture that our own analyzers ask for.
        static string Plain(string code) => string.Join(
            '\n', code.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0))
            .Replace(", StringComparison.Ordinal", "", StringComparison.Ordinal)
            .Replace("timestamp, CultureInfo.InvariantCulture, out", "timestamp, out", StringComparison.Ordinal);
    }

    [NodeFact]
    public async Task The_Receiver_In_Node_Takes_What_Is_Authentic()
    {
        var message = await SentAsync();
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "receiver.mjs"), Receiver("Node"));
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "test.mjs"),
            """
            import { isAuthentic } from './receiver.mjs';
            const [secret, id, timestamp, signature, body, now] = process.argv.slice(2);
            const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
            const taken = (secret, headers, body, now) => isAuthentic(secret, headers, Buffer.from(body), Number(now));
            console.log(JSON.stringify([
              taken(secret, headers, body, now), taken(secret, headers, body + ' ', now),
              taken(secret, headers, body, Number(now) + 360000),
              taken(secret, { ...headers, 'webhook-id': 'evt_0' }, body, now),
              taken(secret, { ...headers, 'webhook-signature': 'v1,AAAA' }, body, now),
              taken(secret, { ...headers, 'webhook-signature': undefined }, body, now),
            ]));
            """);

        Assert.Equal("[true,false,false,false,false,false]", await NodeFactAttribute.RunAsync(
            folder.FullName, "node", "test.mjs", EventReceiver.Secret, message.Id, message.Timestamp, message.Signature,
            Encoding.UTF8.GetString(message.Body), ManualClock.Start.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)));
    }

    [NodeFact(downloads: true)]
    public async Task The_Library_Of_Npm_Takes_What_Is_Authentic()
    {
        var message = await SentAsync();
        await NodeFactAttribute.RunAsync(
            folder.FullName, "npm", "install", "--silent", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund",
            "standardwebhooks@1.1.1");
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "test.cjs"),
            """
            const { Webhook } = require('standardwebhooks');
            const [secret, next, id, timestamp, signature, body, now] = process.argv.slice(2);
            const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
            const taken = (secret, headers, body, at) => {
              Date.now = () => Number(at);
              try {
                return new Webhook(secret).verify(body, headers).type;
              } catch (refusal) {
                return refusal.name;
              }
            };
            console.log(JSON.stringify([
              taken(secret, headers, body, now), taken(next, headers, body, now), taken(secret, headers, body + ' ', now),
              taken('whsec_' + Buffer.alloc(24).toString('base64'), headers, body, now),
              taken(secret, { ...headers, 'webhook-id': 'evt_0' }, body, now),
              taken(secret, headers, body, Number(now) + 360000),
            ]));
            """);

        const string No = "\"WebhookVerificationError\"";
        Assert.Equal($"[\"account_upgrade.rejected\",\"account_upgrade.rejected\",{No},{No},{No},{No}]", await NodeFactAttribute.RunAsync(
            folder.FullName, "node", "test.cjs", EventReceiver.Secret, EventReceiver.NextSecret, message.Id, message.Timestamp,
            message.Signature, Encoding.UTF8.GetString(message.Body),
            ManualClock.Start.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)));
    }

    private async Task<ReceivedMessage> SentAsync()
    {
        await using var host = receiver.Host(("Events:Endpoints:0:Secrets:1", EventReceiver.NextSecret));
        await host.IssueAsync();
        await host.NotifyAsync("KYC Rejected", message: "Foto buram – «blurred»");
        return await receiver.NextAsync();
    }

    private static string Receiver(string language)
    {
        var block = new Document("docs/events.md").Between($"<!-- receiver: {language} -->", $"<!-- end of receiver: {language} -->");
        return string.Join('\n', block.Trim().Split('\n')[1..^1]);
    }

    private static bool IsAuthentic(string secret, string id, string timestamp, string signatures, byte[] body, DateTimeOffset now)
    {
        if (!long.TryParse(timestamp, CultureInfo.InvariantCulture, out var seconds) || Math.Abs(now.ToUnixTimeSeconds() - seconds) > 300)
            return false;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var hash = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed);
        var expected = Encoding.UTF8.GetBytes("v1," + Convert.ToBase64String(hash));
        return signatures.Split(' ').Any(one => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), expected));
    }
    // End
}
