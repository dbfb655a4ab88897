using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>Which rules judge a stream, the gravest first, and which kinds make which others superfluous.</summary>
internal static class AlertRules
{
    private static readonly uint Physiological = Mask(
        [.. AlertKindTable.Rows.Where(r => r.Type == AlertType.Physiological && r.Kind != AlertKind.ArrhythmiaUnspecified).Select(r => r.Kind)]);

    private static readonly uint[] Graver = MakeGraver();

    /// <summary>Kinds (bit = kind) that say the same as this one and more.</summary>
    public static uint GraverThan(AlertKind kind) => Graver[(int)kind];

    /// <summary>All rules, those of kinds that are not enabled too: always the same kinds in the same order.</summary>
    public static AlertRule[] Create(AlertSettings s) =>
    [
        new RhythmRule(s[AlertKind.VentricularFibrillation], RhythmClass.VentricularFibrillation),
        new SilenceRule(s[AlertKind.Asystole], s),
        new TachycardiaRule(s[AlertKind.VentricularTachycardia], s, RhythmClass.VentricularTachycardia, BeatClass.V),
        new ExtremeRateRule(s[AlertKind.ExtremeTachycardia], s),
        new ExtremeRateRule(s[AlertKind.ExtremeBradycardia], s),
        new VentricularRunRule(s[AlertKind.NonSustainedVentricularTachycardia], s[AlertKind.VentricularTachycardia].Over - 1),
        new TachycardiaRule(s[AlertKind.SupraventricularTachycardia], s, RhythmClass.SupraventricularTachycardia, BeatClass.S),
        new SilenceRule(s[AlertKind.Pause], s),
        new RhythmRule(s[AlertKind.AtrialFibrillation], RhythmClass.AtrialFibrillation),
        new RhythmRule(s[AlertKind.AtrialFlutter], RhythmClass.AtrialFlutter),
        new MeanRateRule(s[AlertKind.Tachycardia]),
        new MeanRateRule(s[AlertKind.Bradycardia]),
        new PeriodicEctopyRule(s[AlertKind.VentricularBigeminy], 2),
        new PeriodicEctopyRule(s[AlertKind.VentricularTrigeminy], 3),
        new VentricularRunRule(s[AlertKind.VentricularPair], s[AlertKind.VentricularPair].Over),
        new FrequentEctopyRule(s[AlertKind.FrequentVentricularEctopy]),
        new AnomalyRule(s[AlertKind.ArrhythmiaUnspecified]),
        new LeadOffRule(s[AlertKind.LeadOff]),
    ];

    private static uint[] MakeGraver()
    {
        uint[] graver = new uint[AlertKindTable.Rows.Length];
        Set(AlertKind.Asystole, AlertKind.VentricularFibrillation);
        Set(AlertKind.VentricularTachycardia, AlertKind.VentricularFibrillation);
        Set(AlertKind.NonSustainedVentricularTachycardia, AlertKind.VentricularTachycardia, AlertKind.VentricularFibrillation);
        Set(AlertKind.ExtremeBradycardia, AlertKind.Asystole);
        Set(AlertKind.ExtremeTachycardia, AlertKind.VentricularTachycardia, AlertKind.VentricularFibrillation);
        Set(AlertKind.Bradycardia, AlertKind.ExtremeBradycardia, AlertKind.Asystole);
        Set(
            AlertKind.Tachycardia, AlertKind.ExtremeTachycardia, AlertKind.SupraventricularTachycardia,
            AlertKind.VentricularTachycardia, AlertKind.VentricularFibrillation);
        Set(AlertKind.Pause, AlertKind.Asystole, AlertKind.ExtremeBradycardia, AlertKind.VentricularFibrillation);
        Set(AlertKind.SupraventricularTachycardia, AlertKind.VentricularTachycardia, AlertKind.VentricularFibrillation);
        foreach (AlertKind ectopy in (AlertKind[])[AlertKind.VentricularPair, AlertKind.VentricularBigeminy, AlertKind.VentricularTrigeminy])
            Set(ectopy, AlertKind.VentricularTachycardia, AlertKind.VentricularFibrillation);
        Set(
            AlertKind.FrequentVentricularEctopy, AlertKind.VentricularBigeminy, AlertKind.VentricularTrigeminy,
            AlertKind.VentricularTachycardia, AlertKind.VentricularFibrillation);
        graver[(int)AlertKind.ArrhythmiaUnspecified] = Physiological;
        return graver;

        void Set(AlertKind kind, params AlertKind[] by) => graver[(int)kind] = Mask(by);
    }

    private static uint Mask(AlertKind[] kinds) => kinds.Aggregate(0u, (mask, kind) => mask | 1u << (int)kind);
}
