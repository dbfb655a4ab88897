using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

public sealed class LeadNamesTests
{
    [Theory]
    [InlineData("I", Lead.I)]
    [InlineData("avr", Lead.AVR)]
    [InlineData(" V5 ", Lead.V5)]
    [InlineData("MLII", Lead.ModifiedLimb)]
    [InlineData("MLIII", Lead.ModifiedLimb)]
    [InlineData("CM5", Lead.PrecordialUnknown)]
    [InlineData("ECG", Lead.Unknown)]
    [InlineData("left shoe", Lead.Unknown)]
    public void Find_Name_GivesTheLead(string name, Lead expected) => Assert.Equal(expected, LeadNames.Find(name));

    [Theory]
    [InlineData(Lead.I, 131_073)]
    [InlineData(Lead.II, 131_074)]
    [InlineData(Lead.V1, 131_075)]
    [InlineData(Lead.V6, 131_080)]
    [InlineData(Lead.III, 131_133)]
    [InlineData(Lead.AVF, 131_136)]
    public void MdcOf_StandardLead_IsPartitionTwo(Lead lead, int expected)
    {
        Assert.Equal(expected, LeadNames.MdcOf(lead));
        Assert.Equal(lead, LeadNames.FindMdc(expected));
    }

    [Fact]
    public void NameOf_EveryLead_FindsItselfAgain()
        => Assert.All(Enum.GetValues<Lead>(), lead => Assert.Equal(lead, LeadNames.Find(LeadNames.NameOf(lead))));

    [Fact]
    public void MdcOf_LeadWithoutASureCode_IsNull()
    {
        Assert.Null(LeadNames.MdcOf(Lead.ModifiedLimb));
        Assert.Null(LeadNames.FindMdc(1));
    }
}
