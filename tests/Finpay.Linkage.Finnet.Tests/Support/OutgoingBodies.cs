namespace Finpay.Linkage.Finnet.Tests.Support;

internal static class OutgoingBodies
{
    /// <summary>What arrives at the other end.</summary>
    public static byte[] ToArray(this OutgoingBody body)
    {
        using var sent = new MemoryStream();
        body.WriteAsync(sent, CancellationToken.None).GetAwaiter().GetResult();
        Assert.Equal(body.Length, sent.Length);
        return sent.ToArray();
    }
}
