namespace Finpay.Linkage.Api.Starting;

/// <summary>A connection that leads nowhere: takes any request and answers as Finnet does when it issues a widget.</summary>
internal sealed class RehearsedAnswer : Stream
{
    private readonly MemoryStream answer = new([.. Head, .. Body], writable: false);
    private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static ReadOnlySpan<byte> Body => """{"responseCode":"2000000","responseMessage":"-","widgetUrl":"https://localhost/","expiryTime":"2099-12-31 23:59:59"}"""u8;

    private static byte[] Head { get; } = System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n");

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    // An answer before the request is an error.
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await asked.Task.WaitAsync(cancellationToken);
        return answer.Read(buffer.Span);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        asked.TrySetResult();
        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
