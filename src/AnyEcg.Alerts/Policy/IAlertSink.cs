namespace AnyEcg.Alerts;

/// <summary>Takes the transitions of alerts in the order in which they happen. Engine thread only.</summary>
public interface IAlertSink
{
    void Emit(AlertTransition transition);
}
