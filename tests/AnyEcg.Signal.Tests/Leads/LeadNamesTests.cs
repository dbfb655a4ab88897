namespace AnyEcg.Signal.Tests;

public sealed class LeadNamesTests
{
    [Theory]
    [InlineData("I", Lead.I)]
    [InlineData("avr", Lead.AVR)]
    [InlineData(" V6 ", Lead.V6)]
    [InlineData("MLII", Lead.ModifiedLimb)]
    [InlineData("MLIII", Lead.ModifiedLimb)]
    [InlineData("CM5", Lead.PrecordialUnknown)]
    [InlineData("ECG lead II", Lead.II)]
    [InlineData("lead aVF", Lead.AVF)]
    [InlineData("ECG", Lead.Unknown)]
    [InlineData("", Lead.Unknown)]
    [InlineData("V7", Lead.Unknown)]
    public void Parse_Description_NamesTheLead(string description, Lead lead) => Assert.Equal(lead, LeadNames.Parse(description));

    [Fact]
    public void NameOf_EveryLead_ParsesBack()
        => Assert.All(Enum.GetValues<Lead>(), lead => Assert.Equal(lead, LeadNames.Parse(LeadNames.NameOf(lead))));
}
