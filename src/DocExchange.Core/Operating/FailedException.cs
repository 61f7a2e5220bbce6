using DocExchange.Trust.Faults;

namespace DocExchange.Core.Operating;

/// <summary>Something a person can put right; the message says how, in both languages.</summary>
/// <param name="reason">Its stable name, such as SETTINGS.</param>
public class FailedException(string reason, string chinese, string english, Exception? cause = null) : Exception(chinese, cause), IWorded
{
    string IWorded.Chinese => Message;

    public string Reason { get; } = reason;

    public string English { get; } = english;
}
