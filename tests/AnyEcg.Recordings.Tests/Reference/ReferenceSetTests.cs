using System.Text;

namespace AnyEcg.Recordings.Tests;

/// <summary>
/// Sample for sample against the reference reader, over the whole set. By hand:
/// <c>ANYECG_WFDB_SAMPLES=FOLDER:MORE ANYECG_WFDB_TABLE=table.md dotnet test tests/AnyEcg.Recordings.Tests --filter ReferenceSet</c>.
/// </summary>
public sealed class ReferenceSetTests
{
    [ReferenceSetFact]
    public void Set_EveryRecord_EqualsTheReference()
    {
        string[] folders = ReferenceSetFactAttribute.Folders;
        ReferenceLine[] lines = [.. new ReferenceSet(folders[0]).All(), .. folders.Skip(1).SelectMany(OtherRecordings.In)];

        string table = ReferenceTable.Write(lines);
        if (Environment.GetEnvironmentVariable("ANYECG_WFDB_TABLE") is { Length: > 0 } path)
        {
            File.WriteAllText(path, table, new UTF8Encoding(false));
        }

        Assert.DoesNotContain(lines, line => line.Failed);
    }
}
