using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Tests.Storage;

public sealed class PageCursorsTests
{
    private readonly PageCursors cursors = new(new LookupHash(new byte[32], null));

    [Theory]
    [InlineData(0, "")]
    [InlineData(-1, "a")]
    [InlineData(long.MaxValue, "202411011441000012")]
    [InlineData(1772388245678, "Ñ😀")]
    public void A_Position_Comes_Back(long time, string id)
    {
        var position = new PagePosition(time, id);

        Assert.Equal(position, cursors.Read(cursors.Write(position, "filters"), "filters"));
    }

    [Fact]
    public void A_Cursor_Of_Other_Filters_Or_Another_Key_Is_None()
    {
        var cursor = cursors.Write(new PagePosition(1, "a"), "filters");

        Assert.Null(cursors.Read(cursor, "others"));
        Assert.Null(new PageCursors(new LookupHash([.. Enumerable.Repeat((byte)1, 32)], null)).Read(cursor, "filters"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("a b")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("😀")]
    public void A_Text_That_Is_No_Cursor_Is_None(string text) => Assert.Null(cursors.Read(text, "filters"));
}
