using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

public sealed class LeadCodesTests
{
    [Theory]
    [InlineData(Lead.I, 131_073)]
    [InlineData(Lead.II, 131_074)]
    [InlineData(Lead.V1, 131_075)]
    [InlineData(Lead.V6, 131_080)]
    [InlineData(Lead.III, 131_133)]
    [InlineData(Lead.AVF, 131_136)]
    public void Of_StandardLead_IsPartitionTwo(Lead lead, int expected)
    {
        Assert.Equal(expected, LeadCodes.Of(lead));
        Assert.Equal(lead, LeadCodes.Find(expected));
    }

    [Fact]
    public void Of_LeadWithoutASureCode_IsNull()
    {
        Assert.Null(LeadCodes.Of(Lead.ModifiedLimb));
        Assert.Null(LeadCodes.Find(1));
    }
}
