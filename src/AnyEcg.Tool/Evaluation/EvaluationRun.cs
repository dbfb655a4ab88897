using System.Collections.Concurrent;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>
/// Runs all records, some at the same time where asked. Every record is run for itself and the scores come back in the order of the
/// records, so that they do not depend on how many run together.
/// </summary>
/// <param name="settings">How.</param>
/// <param name="models">A runner for each record that may run at the same time; the caller's to dispose.</param>
internal sealed class EvaluationRun(EvaluationSettings settings, IReadOnlyList<IModelRunner> models)
{
    private readonly Lock told = new();

    /// <summary>What went wrong, one line a record.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Scores by record, under each condition in turn.</summary>
    /// <param name="items">The records.</param>
    /// <param name="remark">Told what is not as it should be with a record; one call at a time.</param>
    /// <param name="progress">Told the share of a record that has been done since it was last told; one call at a time.</param>
    /// <param name="cancel">Ends between two turns of the engine.</param>
    public IReadOnlyList<RecordScore> Run(IReadOnlyList<PrepareItem> items, Action<string> remark, Action<PrepareItem, double> progress, CancellationToken cancel)
    {
        ConcurrentBag<RecordEvaluator> free = [.. models.Select(model => new RecordEvaluator(new RecordRunner(model, AlertSettings.Default), settings))];
        IReadOnlyList<RecordScore>[] scores = new IReadOnlyList<RecordScore>[items.Count];
        string?[] faults = new string?[items.Count];
        Parallel.For(0, items.Count, new ParallelOptions { MaxDegreeOfParallelism = models.Count, CancellationToken = cancel }, i =>
        {
            free.TryTake(out RecordEvaluator? evaluator);
            (scores[i], faults[i]) = One(evaluator!, items[i], remark, progress, cancel);
            free.Add(evaluator!);
        });
        Failures.AddRange(faults.OfType<string>());
        return [.. Enumerable.Range(0, settings.Snrs.Count).SelectMany(snr => scores.Where(of => of.Count > 0).Select(of => of[snr]))];
    }

    private (IReadOnlyList<RecordScore> Scores, string? Fault) One(
        RecordEvaluator evaluator, PrepareItem item, Action<string> remark, Action<PrepareItem, double> progress, CancellationToken cancel)
    {
        string name = Path.GetFileName(item.Path);
        double told = 0;
        void Advance(double share)
        {
            lock (this.told)
            {
                progress(item, share - told);
            }

            told = share;
        }

        try
        {
            IReadOnlyList<RecordScore> scores = evaluator.Evaluate(item, text => Remark(remark, $"{name}: {text}"), Advance, cancel);
            return (scores, null);
        }
        catch (Exception fault) when (fault is IOException or RecordingFormatException)
        {
            return ([], $"{name}: {fault.Message}");
        }
        finally
        {
            Advance(1);
        }
    }

    private void Remark(Action<string> remark, string text)
    {
        lock (told)
        {
            remark(text);
        }
    }
}
