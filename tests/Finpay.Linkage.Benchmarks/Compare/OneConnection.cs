using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Compare;

/// <summary>
/// One create after the other on one connection, each timed. wrk can't be used here: it corrects its distribution by requests that were
/// never sent, and with one connection a single pause of the machine would then count many times.
/// </summary>
internal static class OneConnection
{
    /// <returns>Milliseconds of each create.</returns>
    public static List<double> Post(Uri address, string restFile, int seconds, long firstNumber, HttpStatusCode expected)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, address.Port));
        var input = new HttpInput(socket);
        var rest = File.ReadAllBytes(restFile);
        var head = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST /v1/account-upgrades HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + $"X-Api-Key: {TestSettings.MerchantKey}\r\n"
            + $"Content-Length: {CreateBodies.Length(restFile)}\r\n\r\n"));
        byte[] request = [.. head, .. CreateBodies.Begin(firstNumber), .. rest];
        var expectedLine = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {(int)expected} ");

        var times = new List<double>();
        var deadline = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
        for (var number = firstNumber; Stopwatch.GetTimestamp() < deadline; number++)
        {
            CreateBodies.Begin(number).CopyTo(request, head.Length);
            var started = Stopwatch.GetTimestamp();
            socket.Send(request);
            var answer = input.ReadHead() ?? throw new InvalidOperationException($"{address} closed the connection.");
            input.DropBody(answer);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (!answer.StartsWith(expectedLine, StringComparison.Ordinal))
                throw new InvalidOperationException($"{(int)expected} was expected of {address}, not {answer}");
        }

        return times;
    }
}
