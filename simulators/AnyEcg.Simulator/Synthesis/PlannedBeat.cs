using AnyEcg.Recordings;

namespace AnyEcg.Simulator;

/// <summary>A beat that the model will draw.</summary>
/// <param name="Seconds">True time of its R peak since sample 0.</param>
/// <param name="Interval">Seconds since the beat before.</param>
/// <param name="Shape">Its waves.</param>
/// <param name="Code">What an annotator would write; a P wave alone is <see cref="AnnotationCode.NonConductedPWave"/>.</param>
internal readonly record struct PlannedBeat(double Seconds, double Interval, BeatShape Shape, AnnotationCode Code);

/// <summary>A rhythm in its place.</summary>
/// <param name="Segment">The rhythm.</param>
/// <param name="First">First sample.</param>
/// <param name="End">Sample after the last.</param>
/// <param name="Number">Counts up, also when the programme repeats.</param>
internal readonly record struct PlacedSegment(RhythmSegment Segment, long First, long End, int Number);
