using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

/// <summary>
/// One random sequence of seconds, epochs, technical events, ticks and actions, done to a policy and to the reference model beside
/// it; after every step both must agree on every transition and on what is left.
/// </summary>
internal sealed class Schedule : IAlertSink
{
    public static readonly StreamKey Key = new("ward", "bed-1");

    private static readonly AlertSettings Settings = ScheduleSettings.Make();
    private static readonly float[] Scores = [0.9f, 0.9f, 0.55f, 0.45f, 0.1f, 0.1f];

    private readonly Random random;
    private readonly int seed;
    private readonly bool historical;
    private readonly AlertModel model;
    private readonly SecondObservation observation = new() { LeadCount = 1, Present = 1 };
    private readonly double?[] scores = new double?[ScheduleSettings.Judged.Length];
    private readonly List<AlertTransition> transitions = [];
    private readonly Dictionary<AlertKind, long> sequences = [];
    private int checkedUpTo;
    private int doing;
    private long now = 1_000_000_000_000;
    private uint epoch = 1;
    private long second;

    public Schedule(int seed)
    {
        this.seed = seed;
        random = new Random(seed);
        historical = random.Next(4) == 0;
        model = new AlertModel(historical);
        Policy = NewPolicy();
    }

    public AlertPolicy Policy { get; private set; }

    public AlertCounters Counters { get; } = new();

    public IReadOnlyList<AlertTransition> Transitions => transitions;

    public AlertPolicy NewPolicy() => new(Key, Settings, Counters, historical);

    public void Emit(AlertTransition transition) => transitions.Add(transition);

    /// <summary>Runs so many steps; before step <paramref name="swapBefore"/> the policy is replaced.</summary>
    public Schedule Run(int steps, int swapBefore = -1, Func<Schedule, AlertPolicy>? swap = null)
    {
        for (int i = 0; i < steps; i++)
        {
            if (i == swapBefore)
                Policy = swap!(this);
            now += random.Next(6) * 1_000_000_000L;
            doing = i;
            Check(Step());
        }

        CheckWhole();
        return this;
    }

    private string Step()
    {
        switch (random.Next(16))
        {
            case < 6:
                return Second();
            case 6:
                Policy.ResetEpoch(this);
                model.EndEpoch(now);
                epoch++;
                second = random.Next(3);
                return "reset";
            case < 9:
                return Technical();
            case < 11:
                Policy.Tick(now, this);
                model.Tick(now);
                return "tick";
            default:
                return Act();
        }
    }

    private string Second()
    {
        second += random.Next(12) == 0 ? random.Next(1, 41) : 1;
        bool scored = random.Next(8) > 0;
        if (random.Next(24) == 0)
        {
            model.EndEpoch(now);
            (epoch, second) = (epoch + 1, random.Next(3));
        }

        (observation.Epoch, observation.Second, observation.Scored) = (epoch, second, scored);
        (observation.StartNs, observation.CompletedNs) = (now - 1_000_000_000, now);
        for (int i = 0; i < scores.Length; i++)
        {
            float score = Scores[random.Next(Scores.Length)];
            scores[i] = scored ? score : null;
            observation.Rhythm[(int)Rhythm(i)] = scored ? score : 0;
        }

        Policy.Observe(observation, this);
        model.Second(second, scores, now);
        return "second";
    }

    private string Technical()
    {
        AlertKind kind = Any(ScheduleSettings.Raised);
        if (random.Next(3) == 0)
        {
            Policy.Clear(kind, 0, now, this);
            model.Clear(kind, now);
            return "clear";
        }

        long sequence = sequences.GetValueOrDefault(kind);
        if (random.Next(6) > 0)
            sequences[kind] = ++sequence;
        Policy.RaiseTechnical(new TechnicalEvent(kind, 1, 0, now, sequence), this);
        model.Raise(kind, sequence, now);
        return "raise";
    }

    private string Act()
    {
        AlertAction action = new("nurse 7", null, now);
        AlertKind? kind = random.Next(4) == 0 ? null : Any(random.Next(2) == 0 ? ScheduleSettings.Judged : ScheduleSettings.Raised);
        switch (random.Next(16))
        {
            case < 7:
                Guid id = model.All.Count > 0 && random.Next(12) > 0 ? model.All[random.Next(model.All.Count)].Id : new Guid(seed, 0, 0, new byte[8]);
                return Agree("acknowledge", Policy.Acknowledge(id, action, this), model.Acknowledge(id));
            case < 10:
                long until = now + ((random.Next(10) - 1) * 1_000_000_000L);
                return Agree("pause", Policy.Pause(kind, until, action, this), model.Pause(kind, until, now));
            case < 12:
                return Agree("resume", Policy.Resume(kind, action, this), model.Resume(kind, now));
            case < 14:
                int which = random.Next(ScheduleSettings.Limits.Length);
                return Agree(
                    "limits", Policy.SetLimits(ScheduleSettings.Limits[which].Options, action, this),
                    model.SetLimits(ScheduleSettings.Limits[which].Rows, now));
            case 14 when random.Next(2) == 0:
                return Agree("discharge", Policy.Discharge(action, this), model.Discharge());
            default:
                return Agree("admit", Policy.Admit(action, this), model.Admit(now));
        }
    }

    private string Agree(string step, AlertActionResult answer, AlertActionOutcome expected)
    {
        if (answer.Outcome != expected)
            Fail(step, $"{answer.Outcome}, {expected} by the model");
        return step;
    }

    private AlertKind Any(AlertKind[] kinds) => kinds[random.Next(kinds.Length)];

    private static RhythmClass Rhythm(int judged) => judged switch
    {
        0 => RhythmClass.VentricularFibrillation,
        1 => RhythmClass.AtrialFibrillation,
        _ => RhythmClass.AtrialFlutter,
    };

    /// <summary>The transitions of this step are those of the model: of each alert all, in order.</summary>
    private void Check(string step)
    {
        int count = transitions.Count - checkedUpTo;
        if (count != model.Expected.Count)
            Fail(step, $"{count} transitions, {model.Expected.Count} by the model");
        for (; checkedUpTo < transitions.Count; checkedUpTo++)
            Match(transitions[checkedUpTo], step);
        if (model.OpenMask != Policy.OpenKinds || model.Latched != Policy.LatchedAlerts || model.NextDueNs != Policy.NextDueNs)
            Fail(step, $"open {Policy.OpenKinds:x}/{model.OpenMask:x}, latched {Policy.LatchedAlerts}/{model.Latched}, due {Policy.NextDueNs}/{model.NextDueNs}");
        if (model.Discharged != Policy.IsDischarged)
            Fail(step, "discharged or not");
    }

    private void Match(AlertTransition t, string step)
    {
        int at = model.Expected.FindIndex(e => e.Phase == AlertPhase.Start && t.Phase == AlertPhase.Start ? e.Alert.Kind == t.Kind : e.Alert.Id == t.AlertId);
        if (at < 0)
            Fail(step, $"unexpected {t}");
        Expected e = model.Expected[at];
        model.Expected.RemoveAt(at);
        if (t.Phase == AlertPhase.Start)
        {
            if (model.All.Exists(a => a.Id == t.AlertId))
                Fail(step, $"id used again: {t}");
            e.Alert.Id = t.AlertId;
        }

        bool open = e.Life is Life.On or Life.Paused or Life.Acknowledged;
        bool agrees = t.Kind == e.Alert.Kind && t.Revision == e.Revision && t.Phase == e.Phase && t.Signal == SignalOf(e.Life)
            && (t.ConditionPresent == open || e.Phase == AlertPhase.Start) && t.Priority == e.Priority && t.PriorityWas == e.Was
            && t.Action?.Kind == e.Action && t.PausedUntilNs == e.PausedUntilNs && t.Historical == historical;
        if (!agrees)
            Fail(step, $"{t}\nby the model {e}");
    }

    private static AlertSignal SignalOf(Life life) => life switch
    {
        Life.On => AlertSignal.On,
        Life.Paused or Life.LatchedPaused => AlertSignal.Paused,
        Life.Acknowledged => AlertSignal.Acknowledged,
        Life.Latched => AlertSignal.Latched,
        _ => AlertSignal.Off,
    };

    /// <summary>What a subscriber can know from the transitions alone is what lives.</summary>
    private void CheckWhole()
    {
        Dictionary<Guid, AlertTransition> retained = [];
        foreach (AlertTransition t in transitions)
        {
            if (t is { ConditionPresent: false, Signal: AlertSignal.Off })
                retained.Remove(t.AlertId);
            else
                retained[t.AlertId] = t;
        }

        bool same = retained.Count == model.Living().Count() && model.Living().All(a => retained[a.Id].Signal == SignalOf(a.Life));
        if (!same || Counters.Started + Counters.Updated + Counters.Ended + Counters.Retracted != transitions.Count)
            Fail("whole", "retained state or counters");
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private void Fail(string step, string what) =>
        throw new Xunit.Sdk.XunitException($"seed {seed}, step {doing} ({step}){(historical ? ", historical" : "")}: {what}");
}
