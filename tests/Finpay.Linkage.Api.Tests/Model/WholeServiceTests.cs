using Finpay.Linkage.Api.Tests.Hosting;
using FsCheck;
using FsCheck.Fluent;

namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>Fewer and shorter scripts than <see cref="StateMachineTests"/>, through the whole service.</summary>
public sealed class WholeServiceTests
{
    [Fact]
    public void The_Public_Api_Tells_What_The_Contract_Says_Whatever_Happens_In_Whatever_Order() =>
        Prop.ForAll(Scripts.Any, async script =>
        {
            await using var play = new ServicePlay();
            await play.RunAsync(script);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Effort.Of(8, 25, 100)).WithStartSize(5).WithEndSize(12).WithQuietOnSuccess(true));
}
