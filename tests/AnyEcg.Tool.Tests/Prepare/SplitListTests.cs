using AnyEcg.Recordings;

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

    [Fact]
    public void Read_ListOfSeveralLabels_LabelsAndThePersonByName()
    {
        File.WriteAllText(path, "record,labels,unknown,anomaly,age,sex,split\nA1,AF;RBBB,SA,1,74,m,train\nA2,,,,,,test\n");

        Dictionary<string, SplitEntry> entries = SplitList.Read(path);

        RecordLabels record = entries["A1"].Record!;
        Assert.Equal(["AF", "RBBB"], record.Labels);
        Assert.Equal(["SA"], record.Unknown);
        Assert.Equal((true, new Patient(74, Sex.Male), "train"), (record.Abnormal, record.Patient, entries["A1"].Split));
        Assert.Empty(entries["A2"].Record!.Labels);
        Assert.Equal((null, default), (entries["A2"].Record!.Abnormal, entries["A2"].Record!.Patient));
    }

    [Theory]
    [InlineData("record,labels,unknown,anomaly,age,sex,split\nA1,AF,,2,74,m,train\n")]
    [InlineData("record,labels,unknown,anomaly,age,sex,split\nA1,AF,,1,old,m,train\n")]
    [InlineData("record,labels,unknown,anomaly,age,sex,split\nA1,AF,train\n")]
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
