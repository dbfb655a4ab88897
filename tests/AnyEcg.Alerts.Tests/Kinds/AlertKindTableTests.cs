using System.Text.RegularExpressions;

namespace AnyEcg.Alerts.Tests;

public sealed partial class AlertKindTableTests
{
    [Fact]
    public void Rows_EveryKind_HasItsRowInOrder()
    {
        Assert.Equal(Enum.GetValues<AlertKind>(), AlertKindTable.Rows.Select(r => r.Kind));
    }

    [Fact]
    public void Name_EveryKind_IsKebabCaseOfTheMember()
    {
        foreach (AlertKindRow row in AlertKindTable.Rows)
        {
            Assert.Equal(Capital().Replace(row.Kind.ToString(), "-$0").ToLowerInvariant(), row.Name);
            Assert.True(AlertKindTable.TryParse(row.Name, out AlertKind parsed));
            Assert.Equal(row.Kind, parsed);
        }
    }

    [Fact]
    public void TryParse_UnknownName_IsFalse() => Assert.False(AlertKindTable.TryParse("sinus", out _));

    [Theory]
    [InlineData(AlertKind.Asystole, 3076, false, "397829000", AlertPriority.High)]
    [InlineData(AlertKind.VentricularFibrillation, null, false, "71908006", AlertPriority.High)]
    [InlineData(AlertKind.VentricularTachycardia, 3224, true, "25569003", AlertPriority.High)]
    [InlineData(AlertKind.NonSustainedVentricularTachycardia, 3226, true, "66657009", AlertPriority.Medium)]
    [InlineData(AlertKind.ExtremeBradycardia, 3086, true, "48867003", AlertPriority.High)]
    [InlineData(AlertKind.ExtremeTachycardia, 3122, true, "3424008", AlertPriority.High)]
    [InlineData(AlertKind.Bradycardia, 3084, false, "48867003", AlertPriority.Low)]
    [InlineData(AlertKind.Tachycardia, 3262, false, "3424008", AlertPriority.Low)]
    [InlineData(AlertKind.Pause, 3108, true, null, AlertPriority.Medium)]
    [InlineData(AlertKind.SupraventricularTachycardia, 3192, true, "6456007", AlertPriority.Medium)]
    [InlineData(AlertKind.AtrialFibrillation, 3128, false, "49436004", AlertPriority.Medium)]
    [InlineData(AlertKind.AtrialFlutter, 3276, false, "5370000", AlertPriority.Medium)]
    [InlineData(AlertKind.VentricularPair, 3210, true, "251175005", AlertPriority.Low)]
    [InlineData(AlertKind.VentricularBigeminy, 3082, true, "251175005", AlertPriority.Low)]
    [InlineData(AlertKind.VentricularTrigeminy, 3236, true, "251175005", AlertPriority.Low)]
    [InlineData(AlertKind.FrequentVentricularEctopy, null, false, "251175005", AlertPriority.Low)]
    [InlineData(AlertKind.ArrhythmiaUnspecified, 3266, false, "698247007", AlertPriority.Info)]
    [InlineData(AlertKind.LeadOff, 72, false, null, AlertPriority.Medium)]
    public void Of_Kind_HasThePublishedCodes(AlertKind kind, int? term, bool fromDriver, string? snomed, AlertPriority priority)
    {
        AlertKindRow row = AlertKindTable.Of(kind);
        Assert.Equal(term, row.Mdc?.Term);
        Assert.Equal(fromDriver, row.Mdc?.FromDriver ?? false);
        Assert.Equal(term + 196608, row.Mdc?.Code);
        Assert.Equal(snomed, row.Snomed);
        Assert.Equal(priority, row.Priority);
    }

    [Fact]
    public void RefId_CodeFromDevices_HasNone()
    {
        Assert.All(AlertKindTable.Rows.Select(r => r.Mdc).OfType<MdcCode>(), mdc => Assert.Equal(mdc.FromDriver, mdc.RefId is null));
        Assert.Equal(196680, AlertKindTable.Of(AlertKind.LeadOff).Mdc!.Code);
    }

    [Fact]
    public void Type_FromLeadOffOn_IsTechnical()
    {
        Assert.All(
            AlertKindTable.Rows,
            r => Assert.Equal(r.Kind >= AlertKind.LeadOff ? AlertType.Technical : AlertType.Physiological, r.Type));
    }

    [Fact]
    public void Hysteresis_EveryRow_IsValidAndOnlyWhatLastsForHoursHasNoUpdates()
    {
        Assert.All(AlertKindTable.Rows, r => Assert.True(r.Hysteresis.IsValid));
        Assert.All(
            AlertKindTable.Rows,
            r => Assert.Equal(r.Kind is AlertKind.AtrialFibrillation or AlertKind.AtrialFlutter or AlertKind.EngineDegraded ? 0 : 30, r.UpdateSeconds));
    }

    [Theory]
    [InlineData(AlertKind.ExtremeBradycardia, "rate < 40/min over 5 beats")]
    [InlineData(AlertKind.ExtremeTachycardia, "rate > 140/min over 17 beats")]
    [InlineData(AlertKind.Asystole, "no QRS for 4 s")]
    [InlineData(AlertKind.AtrialFibrillation, "probability >= 0.5 in 20 of 30 s")]
    [InlineData(AlertKind.VentricularTachycardia, "5 or more ventricular beats > 100/min")]
    public void LimitText_Row_NamesTheLimit(AlertKind kind, string text) => Assert.Equal(text, AlertKindTable.Of(kind).LimitText);

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Capital();
}
