namespace AnyEcg.Tool.Tests;

public sealed class SplitListTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    [Fact]
    public void Read_List_LabelAndSplitByName()
    {
        File.WriteAllText(path, "record,label,split\r\nA1,N,train\r\nA2,~,test\r\n");

        Dictionary<string, SplitEntry> entries = SplitList.Read(path);

        Assert.Equal(new SplitEntry("N", "train"), entries["A1"]);
        Assert.Equal(new SplitEntry("~", "test"), entries["A2"]);
        Assert.Equal(2, entries.Count);
    }

    [Theory]
    [InlineData("name,label\nA1,N\n")]
    [InlineData("record,label,split\nA1,N\n")]
    [InlineData("record,label,split\nA1,N,train\nA1,A,test\n")]
    public void Read_DamagedList_Throws(string text)
    {
        File.WriteAllText(path, text);

        Assert.Throws<FormatException>(() => SplitList.Read(path));
    }

    public void Dispose() => File.Delete(path);
}
