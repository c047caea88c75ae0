using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Allocation;

public sealed class ReceiveBuffersTests
{
    // What Kestrel asks for.
    private const int Asked = 4096;

    [Fact]
    public void Many_Connections_Get_Small_Buffers_Until_Large_Ones_Come_Back()
    {
        using var pool = new ReceiveBuffers().Create();
        var large = Enumerable.Range(0, ReceiveBuffers.MostLarge).Select(_ => pool.Rent(Asked)).ToList();
        Assert.All(large, buffer => Assert.Equal(ReceiveBuffers.Large, buffer.Memory.Length));
        using var small = pool.Rent(Asked);
        Assert.Equal(ReceiveBuffers.Small, small.Memory.Length);

        // Given back twice it must not be counted twice.
        small.Dispose();
        large[0].Dispose();
        large[0].Dispose();

        using var again = pool.Rent(Asked);
        using var beyond = pool.Rent(Asked);
        Assert.Equal(ReceiveBuffers.Large, again.Memory.Length);
        Assert.Equal(ReceiveBuffers.Small, beyond.Memory.Length);
        large.ForEach(buffer => buffer.Dispose());
    }

    [Fact]
    public void The_Bound_Holds_For_All_Listeners_Together()
    {
        var buffers = new ReceiveBuffers();
        using var one = buffers.Create();
        using var other = buffers.Create();
        var all = Enumerable.Range(0, ReceiveBuffers.MostLarge).Select(_ => one.Rent(Asked)).ToList();
        using var small = other.Rent(Asked);
        Assert.Equal(ReceiveBuffers.Small, small.Memory.Length);
        all.ForEach(buffer => buffer.Dispose());
    }

    [Fact]
    public void Two_That_Are_In_Use_Are_Two()
    {
        using var pool = new ReceiveBuffers().Create();
        using var first = pool.Rent(Asked);
        using var second = pool.Rent(Asked);
        Assert.False(first.Memory.Span.Overlaps(second.Memory.Span));
        Assert.True(pool.MaxBufferSize >= Asked);
    }

    [Fact]
    public async Task The_Server_Takes_Its_Buffers_From_Here()
    {
        await using var host = new ApiHost();
        Assert.IsType<ReceiveBuffers>(host.Services.GetRequiredService<IMemoryPoolFactory<byte>>());
    }
}
