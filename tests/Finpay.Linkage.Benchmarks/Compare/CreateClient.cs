using System.Net;
using System.Net.Http.Headers;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Compare;

/// <summary>Sends an exact number of creates and checks every answer.</summary>
internal sealed class CreateClient : IDisposable
{
    private readonly HttpClient http;
    private readonly byte[] rest;

    public CreateClient(Uri address, string restFile)
    {
        http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Add("X-Api-Key", TestSettings.MerchantKey);
        rest = File.ReadAllBytes(restFile);
    }

    public async Task SendAsync(long firstNumber, int count, int connections, HttpStatusCode expected = HttpStatusCode.Created)
    {
        var next = firstNumber - 1;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var number && number < firstNumber + count)
                await SendOneAsync(number, expected);
        }));
    }

    public void Dispose() => http.Dispose();

    private async Task SendOneAsync(long number, HttpStatusCode expected)
    {
        using var content = new Body(CreateBodies.Begin(number), rest);
        using var response = await http.PostAsync("/v1/account-upgrades", content);
        var answer = await response.Content.ReadAsStringAsync();
        if (response.StatusCode != expected || !answer.Contains(FinnetServer.WidgetUrl.Split('&')[0], StringComparison.Ordinal))
            throw new InvalidOperationException(
                $"{(int)expected} and Finnet's widget were expected of {http.BaseAddress}, not {(int)response.StatusCode} {answer}");
    }

    private sealed class Body : HttpContent
    {
        private readonly byte[] begin;
        private readonly byte[] rest;

        public Body(byte[] begin, byte[] rest)
        {
            (this.begin, this.rest) = (begin, rest);
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(begin);
            await stream.WriteAsync(rest);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = begin.Length + rest.Length;
            return true;
        }
    }
}
